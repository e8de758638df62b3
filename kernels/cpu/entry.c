/* The functions Python calls: choose the instruction set, share the rows among torch's own threads. */
#include <stdatomic.h>
#include <stdlib.h>

#include "packed.h"

/* What an OpenMP runtime offers compilers: run `work(data)` on `threads` threads and wait. We are given the one of the
 * runtime torch has loaded: a pool of our own would fight with torch's waiting threads for the same cores. */
typedef void (*Parallel)(void (*work)(void *), void *data, unsigned threads, unsigned flags);

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
    for (int i = 0; i < p->adapter_count; i++) rank += p->adapters[i].rank;
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
