/* A whole model of the Llama family as the kernels decode it: tables of addresses, made once in Python (token_plan.py). */
#ifndef LOWBIT_PLAN_H
#define LOWBIT_PLAN_H

#include <stdatomic.h>

#include "packed.h"

/* x·rsqrt(mean(x²) + epsilon)·weight; no norm where weight is NULL. */
typedef struct {
    const float *weight;
    double epsilon;
} Norm;

/* A matrix with what is added to its product. */
typedef struct {
    Matrix w;
    const float *bias; /* [rows] or NULL */
    const LowRank *adapters;
    int64_t adapter_count;
} Reader;

typedef struct {
    Norm attention_norm, q_norm, k_norm, mlp_norm; /* q_norm and k_norm run over one head */
    Reader q, k, v, o, gate, up, down;
    void *keys, *values; /* [kv_heads, capacity, head_dim] */
} Block;

typedef struct {
    const Block *blocks;
    const float *cosine, *sine; /* [capacity, head_dim] */
    Norm last_norm;
    Reader head;
    int64_t block_count, hidden, heads, kv_heads, head_dim, inner, capacity;
    float scaling;      /* of attention's scores */
    int32_t cache_type; /* FLOAT32 or BFLOAT16 */
} Plan;

/* What the threads share while they compute a token. */
typedef struct {
    const Plan *plan;
    float *logits;         /* [head rows] */
    int64_t position;      /* tokens in the cache before this one */
    float *x, *q, *k, *v, *attended, *gate, *up, *low;
    atomic_llong *next; /* a counter of pieces of work for each step between two barriers */
    atomic_int arrived, round, entered;
} Shared;

/* One thread's own. */
struct Worker {
    Shared *shared;
    int threads, arranged_bits;
    int64_t step;
    const float *arranged_from;
    float *normed, *arranged, *sums, *head, *scores;
};

/* Floats of the widest input of the model, rounded up to the widest block of any instruction set. */
static inline int64_t widest(const Plan *p) {
    int64_t wide = p->heads * p->head_dim;
    if (p->hidden > wide) wide = p->hidden;
    if (p->inner > wide) wide = p->inner;
    return (wide + 255) / 256 * 256;
}

#define STEPS_PER_BLOCK 9

#endif
