// What comes before a product of one row, in one launch: h = f(x), and low = scale·(A·h) for the adapters that read h.
//
//   MODE 0  h = x (not written)
//   MODE 1  h = w·round(x·rsqrt(mean(x²) + eps)), the RMSNorm of the Llama family with its two roundings
//   MODE 2  h = round(silu(x))·u, the gated product of the Llama family with its two roundings
//
// A block makes one row of A: every block makes all of h again (a few KB from L2), which is cheaper than a second launch,
// and writes its share of it. A and w do not depend on the kernel before, so they are asked for before it has ended.
// VECTORS: 16-byte pieces of a row a thread holds, ceil(K / 4096).
#define BITS 4
#define KIND 0
#include "decode.cuh"
#include "overlap.cuh"

#define THREADS 512

__device__ __forceinline__ float block_sum(float value, float* shared) {
#pragma unroll
    for (int i = 16; i > 0; i >>= 1) value += __shfl_xor_sync(0xFFFFFFFFu, value, i);
    if ((threadIdx.x & 31) == 0) shared[threadIdx.x >> 5] = value;
    __syncthreads();
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < THREADS / 32; i++) total += shared[i];
    __syncthreads();
    return total;
}

extern "C" __global__ void __launch_bounds__(THREADS) prologue(
    const T* x, const T* second, T* h, const T* __restrict__ down, const float* __restrict__ scale, float* low, int K,
    int R, float eps) {  // what other kernels make is not __restrict__, see gemv.cu
    __shared__ float shared[THREADS / 32];
    const int pieces = K / 8, row = blockIdx.x;
    const uint4 none = make_uint4(0, 0, 0, 0);
    uint4 a[VECTORS], w[VECTORS], v[VECTORS];
#pragma unroll
    for (int j = 0; j < VECTORS; j++) {
        const int i = threadIdx.x + j * THREADS;
        a[j] = i < pieces && row < R ? __ldg(reinterpret_cast<const uint4*>(down + (long long)row * K) + i) : none;
#if MODE == 1
        w[j] = i < pieces ? __ldg(reinterpret_cast<const uint4*>(second) + i) : none;
#endif
    }
    let_the_next_begin();
#pragma unroll
    for (int j = 0; j < VECTORS; j++) {
        const int i = threadIdx.x + j * THREADS;
        v[j] = i < pieces ? reinterpret_cast<const uint4*>(x)[i] : none;
#if MODE == 2
        w[j] = i < pieces ? reinterpret_cast<const uint4*>(second)[i] : none;
#endif
    }
#if MODE == 1
    float squares = 0.0f;
#pragma unroll
    for (int j = 0; j < VECTORS; j++)
#pragma unroll
        for (int e = 0; e < 8; e++) {
            const float value = to_float(reinterpret_cast<const T*>(&v[j])[e]);
            squares += value * value;
        }
    const float factor = rsqrtf(block_sum(squares, shared) / float(K) + eps);
#endif
    const int share = (pieces + gridDim.x - 1) / gridDim.x;
    float sum = 0.0f;
#pragma unroll
    for (int j = 0; j < VECTORS; j++) {
        const int i = threadIdx.x + j * THREADS;
        __align__(16) T made[8];
#pragma unroll
        for (int e = 0; e < 8; e++) {
            const T value = reinterpret_cast<const T*>(&v[j])[e];
#if MODE == 1
            made[e] = from_float(to_float(reinterpret_cast<const T*>(&w[j])[e])
                                 * to_float(from_float(to_float(value) * factor)));
#elif MODE == 2
            const float gate = to_float(value);
            made[e] = from_float(to_float(from_float(gate / (1.0f + expf(-gate))))
                                 * to_float(reinterpret_cast<const T*>(&w[j])[e]));
#else
            made[e] = value;
#endif
            sum += to_float(reinterpret_cast<const T*>(&a[j])[e]) * to_float(made[e]);
        }
#if MODE != 0
        if (i < pieces && i / share == row) reinterpret_cast<uint4*>(h)[i] = *reinterpret_cast<uint4*>(made);
#endif
    }
    if (row < R) {
        sum = block_sum(sum, shared);
        if (threadIdx.x == 0) low[row] = scale[row] * sum;
    }
}
