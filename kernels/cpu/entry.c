/* The functions Python calls: choose the instruction set, share the rows among torch's own threads. */
#include <stdatomic.h>
#include <stdlib.h>

#include "plan.h"

/* What an OpenMP runtime offers compilers: run `work(data)` on `threads` threads and wait. We are given the one of the
 * runtime torch has loaded: a pool of our own would fight with torch's waiting threads for the same cores. */
typedef void (*Parallel)(void (*work)(void *), void *data, unsigned threads, unsigned flags);
typedef int (*ThreadCount)(void); /* how many there are, called inside */

enum { AUTO = 0, PLAIN = 1, AVX2 = 2, AVX512 = 3 };

/* Up to here one thread: the wait for a second one costs 2 us on a quiet machine, but a time slice of milliseconds on a
 * busy one, which a product of some 80 us does not win back. */
#define SERIAL_WEIGHTS (1 << 20)

typedef struct {
    const Kernels *kernels;
    const Matrix *w;
    const Product *product; /* NULL: dequantize */
    const Prepared *x;
    void *out;
    int type;
    int64_t chunk;
    atomic_llong next;
} Work;

int lowbit_abi_version(void) { return ABI_VERSION; }

/* The widest instruction set this processor and this build have. */
int lowbit_best(void) {
#ifdef LOWBIT_X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) return AVX2;
#endif
    return PLAIN;
}

static const Kernels *kernels_for(int set, const Matrix *w) {
    const Kernels *found = &plain_kernels;
#ifdef LOWBIT_X86
    if (set == AVX512) found = &avx512_kernels;
    if (set == AVX2) found = &avx2_kernels;
#endif
    return found->serves(w) ? found : &plain_kernels;
}

/* Chunks are taken as threads come free: a core that is busy with something else holds nobody up for long. */
static void work_on(void *data) {
    Work *work = data;
    for (;;) {
        int64_t first = (int64_t)atomic_fetch_add(&work->next, 1) * work->chunk;
        if (first >= work->w->rows) return;
        int64_t last = first + work->chunk < work->w->rows ? first + work->chunk : work->w->rows;
        if (work->product)
            work->kernels->rows(work->w, work->product, work->x, first, last);
        else
            work->kernels->dequantize(work->w, work->out, work->type, first, last);
    }
}

static void share(Work *work, Parallel parallel, int threads, int64_t weights) {
    atomic_init(&work->next, 0);
    if (!parallel || threads < 2 || weights < SERIAL_WEIGHTS) {
        work->chunk = work->w->rows;
        work_on(work);
        return;
    }
    int64_t chunk = work->w->rows / (threads * 4);
    work->chunk = chunk < 8 ? 8 : (chunk + 3) / 4 * 4;
    parallel(work_on, work, (unsigned)threads, 0);
}

/* y = x·Wᵀ + bias + adapters. Returns 0, or 1 where there was no memory. */
int lowbit_product(const Matrix *w, const Product *p, int set, Parallel parallel, int threads) {
    const Kernels *kernels = kernels_for(set, w);
    int64_t block = kernels->block_columns(w->bits), rank = 0;
    for (int i = 0; i < p->adapter_count; i++) rank += padded_rank(p->adapters[i].rank);
    int64_t padded = (w->columns + block - 1) / block * block, sums = padded / 4;
    float *memory = aligned_alloc(64, (size_t)((p->count * (padded + sums + rank) * 4 + 127) / 64 * 64));
    if (!memory) return 1;
    Prepared x = {memory, memory + p->count * padded, memory + p->count * (padded + sums), padded, sums, rank};
    kernels->prepare(w, p, &x);
    Work work = {.kernels = kernels, .w = w, .product = p, .x = &x};
    share(&work, parallel, threads, w->rows * w->columns * p->count);
    free(memory);
    return 0;
}

/* W [rows, columns] into `out`, contiguous. */
int lowbit_dequantize(const Matrix *w, void *out, int type, int set, Parallel parallel, int threads) {
    Work work = {.kernels = kernels_for(set, w), .w = w, .out = out, .type = type};
    share(&work, parallel, threads, w->rows * w->columns);
    return 0;
}

static int64_t ranks(const Reader *const *readers, int count) {
    int64_t total = 0;
    for (int r = 0; r < count; r++)
        for (int64_t i = 0; i < readers[r]->adapter_count; i++) total += padded_rank(readers[r]->adapters[i].rank);
    return total;
}

/* The most padded ranks that any step's adapters have together. */
static int64_t most_ranks(const Plan *p) {
    int64_t most = ranks((const Reader *[]){&p->head}, 1);
    for (int64_t i = 0; i < p->block_count; i++) {
        const Block *b = &p->blocks[i];
        int64_t found[4] = {ranks((const Reader *[]){&b->q, &b->k, &b->v}, 3), ranks((const Reader *[]){&b->o}, 1),
                            ranks((const Reader *[]){&b->gate, &b->up}, 2), ranks((const Reader *[]){&b->down}, 1)};
        for (int j = 0; j < 4; j++)
            if (found[j] > most) most = found[j];
    }
    return most;
}

static int plan_served(const Kernels *kernels, const Plan *p) {
    int all = kernels->serves(&p->head.w);
    for (int64_t i = 0; i < p->block_count; i++) {
        const Block *b = &p->blocks[i];
        const Reader *readers[7] = {&b->q, &b->k, &b->v, &b->o, &b->gate, &b->up, &b->down};
        for (int j = 0; j < 7; j++) all &= kernels->serves(&readers[j]->w);
    }
    return all;
}

typedef struct {
    const Kernels *kernels;
    Shared shared;
    ThreadCount thread_count;
    float *own; /* [threads, own_floats] */
    int64_t own_floats, wide;
} Run;

static int64_t aligned(int64_t floats) { return (floats + 15) / 16 * 16; }

static void run_token(void *data) {
    Run *run = data;
    const Plan *plan = run->shared.plan;
    int number = atomic_fetch_add(&run->shared.entered, 1);
    float *own = run->own + number * run->own_floats;
    Worker worker = {.shared = &run->shared, .threads = run->thread_count ? run->thread_count() : 1, .normed = own,
                     .arranged = own + run->wide, .sums = own + 2 * run->wide, .head = own + 3 * run->wide,
                     .scores = own + 3 * run->wide + aligned(4 * plan->head_dim)};
    run->kernels->token(&worker);
}

/* Logits [head rows] after one more token, whose key and value are put into the cache. Returns 0, or 1 where there was
 * no memory. */
int lowbit_token(const Plan *plan, const float *embedded, int64_t position, float *logits, int set, Parallel parallel,
                 ThreadCount thread_count, int threads) {
    Run run = {.kernels = kernels_for(set, &plan->head.w)};
    if (!plan_served(run.kernels, plan)) run.kernels = &plain_kernels;
    if (!parallel || !thread_count || threads < 1) threads = 1;
    if (threads > 1) run.thread_count = thread_count;
    run.wide = widest(plan);
    int64_t kv = aligned(plan->kv_heads * plan->head_dim), steps = plan->block_count * STEPS_PER_BLOCK + 2;
    int64_t shared = 5 * run.wide + 2 * kv + most_ranks(plan);
    run.own_floats = 3 * run.wide + aligned(4 * plan->head_dim) + aligned(position + 1);
    size_t bytes = (size_t)(shared + threads * run.own_floats) * 4, counters = (size_t)steps * sizeof(atomic_llong);
    char *memory = aligned_alloc(64, (bytes + counters + 63) / 64 * 64);
    if (!memory) return 1;
    memset(memory, 0, bytes + counters);
    float *at = (float *)memory;
    Shared *s = &run.shared;
    s->plan = plan, s->position = position, s->logits = logits, s->next = (atomic_llong *)(memory + bytes);
    s->x = at, s->q = at + run.wide, s->attended = at + 2 * run.wide, s->gate = at + 3 * run.wide;
    s->up = at + 4 * run.wide, s->k = at + 5 * run.wide, s->v = s->k + kv, s->low = s->v + kv;
    run.own = at + shared;
    memcpy(s->x, embedded, (size_t)plan->hidden * 4);
    if (threads > 1)
        parallel(run_token, &run, (unsigned)threads, 0);
    else
        run_token(&run);
    free(memory);
    return 0;
}
