/* One token through a whole model, by all threads together; included by each instruction set's file. Everything between
 * two barriers is cut into pieces, which the threads take as they come free. Small things (norms, the order of x) are
 * computed by every thread for itself: that is shorter than another barrier.
 */
#include <math.h>
#include <sched.h>

#include "plan.h"

#define SPINS 4000 /* about 100 us; then the core is somebody else's for a while */

static inline void breathe(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* All threads have come here, and see what the others wrote. */
static void barrier(Worker *worker) {
    Shared *s = worker->shared;
    worker->step++;
    if (worker->threads == 1) return;
    int round = atomic_load_explicit(&s->round, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&s->arrived, 1, memory_order_acq_rel) + 1 == worker->threads) {
        atomic_store_explicit(&s->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&s->round, round + 1, memory_order_release);
        return;
    }
    for (int spins = 0; atomic_load_explicit(&s->round, memory_order_acquire) == round; spins++) {
        if (spins < SPINS)
            breathe();
        else
            sched_yield();
    }
}

/* The next piece of this step's `total`; whether there is one. */
static int take(Worker *worker, int64_t total, int64_t piece, int64_t *first, int64_t *last) {
    int64_t number = (int64_t)atomic_fetch_add_explicit(&worker->shared->next[worker->step], 1, memory_order_relaxed);
    *first = number * piece;
    *last = *first + piece < total ? *first + piece : total;
    return *first < total;
}

static int64_t piece_of(const Worker *worker, int64_t total) {
    if (worker->threads == 1) return total;
    int64_t piece = total / (worker->threads * 4);
    return piece < 16 ? 16 : (piece + 3) / 4 * 4;
}

static void normalize(Norm norm, const float *x, int64_t n, float *out) {
    float squares = 0;
#pragma omp simd reduction(+ : squares)
    for (int64_t i = 0; i < n; i++) squares += x[i] * x[i];
    float factor = 1.0f / sqrtf(squares / (float)n + (float)norm.epsilon);
    for (int64_t i = 0; i < n; i++) out[i] = x[i] * factor * norm.weight[i];
}

/* A reader, and where its product goes. */
typedef struct {
    const Reader *reader;
    float *y;
    int add;
} Target;

/* scale·(A·x) of all the targets' adapters. */
static void low_of(Worker *worker, const Target *targets, int count, const float *x) {
    int64_t total = 0, first, last;
    for (int t = 0; t < count; t++)
        for (int64_t i = 0; i < targets[t].reader->adapter_count; i++)
            total += padded_rank(targets[t].reader->adapters[i].rank);
    if (!total) return;
    while (take(worker, total, 4, &first, &last)) {
        int64_t begin = 0;
        for (int t = 0; t < count; t++)
            for (int64_t i = 0; i < targets[t].reader->adapter_count; i++) {
                const LowRank *a = &targets[t].reader->adapters[i];
                int64_t columns = targets[t].reader->w.columns, row = first - begin, padded = padded_rank(a->rank);
                begin += padded;
                if (row < 0 || row >= padded) continue;
                float *low = worker->shared->low + first;
                int rows = a->rank - row < 4 ? (a->rank > row ? (int)(a->rank - row) : 0) : 4;
                const char *from = (const char *)a->a + row * columns * (a->type == BFLOAT16 ? 2 : 4);
                memset(low, 0, 16);
                if (rows) dots(from, a->type, columns, rows, x, columns, low);
                for (int r = 0; r < rows; r++) low[r] *= a->scale;
            }
    }
    barrier(worker);
}

/* Rows first..last of a target; `low` are the products of its adapters. x is followed by zeros up to the next block. */
static void rows_of_target(Worker *worker, const Target *target, float *x, float *low, int64_t first, int64_t last) {
    const Reader *reader = target->reader;
    const Matrix *w = &reader->w;
    int64_t padded = widest(worker->shared->plan);
    Product product = {.bias = reader->bias, .y = target->y, .adapters = reader->adapters, .count = 1,
                       .y_stride = w->rows, .type = FLOAT32, .adapter_count = (int32_t)reader->adapter_count,
                       .add = target->add};
    Prepared prepared = {x, worker->sums, low, padded, padded / 4, 0};
    if (w->bits < 16) {
        if (worker->arranged_bits != w->bits || worker->arranged_from != x) {
            int64_t block = block_columns(w->bits), used = (w->columns + block - 1) / block * block;
            arrange(w->bits, x, used, worker->arranged, worker->sums);
            worker->arranged_bits = w->bits, worker->arranged_from = x;
        }
        prepared.x = worker->arranged;
    }
    rows(w, &product, &prepared, first, last);
}

static float *after_adapters(const Reader *reader, float *low) {
    for (int64_t i = 0; i < reader->adapter_count; i++) low += padded_rank(reader->adapters[i].rank);
    return low;
}

/* All targets' products with the same x, a thread's own or one that nobody writes meanwhile. */
static void products(Worker *worker, const Target *targets, int count, float *x) {
    int64_t total = 0, first, last;
    worker->arranged_from = NULL;
    for (int t = 0; t < count; t++) total += targets[t].reader->w.rows;
    low_of(worker, targets, count, x);
    while (take(worker, total, piece_of(worker, total), &first, &last)) {
        float *low = worker->shared->low;
        int64_t begin = 0;
        for (int t = 0; t < count; t++) {
            int64_t rows = targets[t].reader->w.rows, from = first - begin, to = last - begin;
            if (from < rows && to > 0)
                rows_of_target(worker, &targets[t], x, low, from < 0 ? 0 : from, to < rows ? to : rows);
            low = after_adapters(targets[t].reader, low);
            begin += rows;
        }
    }
    barrier(worker);
}

/* silu(gate·x)·(up·x): rows of both are computed together, so that nobody has to wait in between. */
static void gated(Worker *worker, const Block *block, float *x) {
    Shared *s = worker->shared;
    Target targets[2] = {{&block->gate, s->gate, 0}, {&block->up, s->up, 0}};
    int64_t first, last;
    worker->arranged_from = NULL;
    low_of(worker, targets, 2, x);
    while (take(worker, s->plan->inner, piece_of(worker, s->plan->inner), &first, &last)) {
        rows_of_target(worker, &targets[0], x, s->low, first, last);
        rows_of_target(worker, &targets[1], x, after_adapters(&block->gate, s->low), first, last);
#pragma omp simd
        for (int64_t i = first; i < last; i++) s->gate[i] = s->gate[i] / (1.0f + exp_of(-s->gate[i])) * s->up[i];
    }
    barrier(worker);
}

/* A head's query or key: normed where the model does that, then turned in pairs (i, i + n/2). */
static void turned(Norm norm, const float *x, const float *cosine, const float *sine, int64_t n, float *out) {
    int64_t half = n / 2;
    float *from = out + n; /* room for it lies behind */
    if (norm.weight)
        normalize(norm, x, n, from);
    else
        memcpy(from, x, (size_t)n * 4);
    for (int64_t i = 0; i < half; i++) {
        out[i] = from[i] * cosine[i] - from[i + half] * sine[i];
        out[i + half] = from[i + half] * cosine[i + half] + from[i] * sine[i + half];
    }
}

static void keep(void *cache, int type, int64_t row, const float *x, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        if (type == BFLOAT16)
            ((uint16_t *)cache)[row * n + i] = to_bfloat16(x[i]);
        else
            ((float *)cache)[row * n + i] = x[i];
    }
}

/* Scores [count] become exp(score - largest); returns their sum. */
static float exponentials(float *scores, int64_t count) {
    float largest = scores[0], sum = 0;
#pragma omp simd reduction(max : largest)
    for (int64_t i = 0; i < count; i++) largest = scores[i] > largest ? scores[i] : largest;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < count; i++) {
        scores[i] = exp_of(scores[i] - largest);
        sum += scores[i];
    }
    return sum;
}

/* One head of the queries over the cache and the new token, whose key and value the first head of a group stores. */
static void attend(Worker *worker, const Block *block, int64_t head) {
    const Shared *s = worker->shared;
    const Plan *p = s->plan;
    int64_t n = p->head_dim, count = s->position, group = p->heads / p->kv_heads, shared_head = head / group;
    const float *cosine = p->cosine + count * n, *sine = p->sine + count * n, *v = s->v + shared_head * n;
    float *q = worker->head, *k = q + 2 * n, *scores = worker->scores, *out = s->attended + head * n;
    int64_t size = p->cache_type == BFLOAT16 ? 2 : 4, begin = shared_head * p->capacity;
    const char *keys = (const char *)block->keys + begin * n * size;
    turned(block->q_norm, s->q + head * n, cosine, sine, n, q);
    turned(block->k_norm, s->k + shared_head * n, cosine, sine, n, k);
    if (head % group == 0) {
        keep(block->keys, p->cache_type, begin + count, k, n);
        keep(block->values, p->cache_type, begin + count, v, n);
    }
    for (int64_t i = 0; i < n; i++) q[i] *= p->scaling;
    for (int64_t l = 0; l < count; l += 4)
        dots(keys + l * n * size, p->cache_type, n, count - l < 4 ? (int)(count - l) : 4, q, n, scores + l);
    dots(k, FLOAT32, n, 1, q, n, scores + count);
    float sum = exponentials(scores, count + 1);
    weighted((const char *)block->values + begin * n * size, p->cache_type, scores, count, n, out);
    for (int64_t i = 0; i < n; i++) out[i] = (out[i] + scores[count] * v[i]) / sum;
}

static void token(Worker *worker) {
    Shared *s = worker->shared;
    const Plan *p = s->plan;
    int64_t first, last;
    for (int64_t b = 0; b < p->block_count; b++) {
        const Block *block = &p->blocks[b];
        normalize(block->attention_norm, s->x, p->hidden, worker->normed);
        Target inputs[3] = {{&block->q, s->q, 0}, {&block->k, s->k, 0}, {&block->v, s->v, 0}};
        products(worker, inputs, 3, worker->normed);
        while (take(worker, p->heads, 1, &first, &last)) attend(worker, block, first);
        barrier(worker);
        Target output = {&block->o, s->x, 1}, down = {&block->down, s->x, 1};
        products(worker, &output, 1, s->attended);
        normalize(block->mlp_norm, s->x, p->hidden, worker->normed);
        gated(worker, block, worker->normed);
        products(worker, &down, 1, s->gate);
    }
    normalize(p->last_norm, s->x, p->hidden, worker->normed);
    Target logits = {&p->head, s->logits, 0};
    products(worker, &logits, 1, worker->normed);
}
