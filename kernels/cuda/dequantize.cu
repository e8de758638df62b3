// W[N, K] in half or bfloat16 from packed codes: s·(q − z) or s·level[q] in fp32, rounded once, so it equals the torch
// reference bit for bit. A thread makes 8 neighbours (one 16-byte store, so a warp writes 512 bytes in a row); four
// such pieces are in flight a thread. Bound by the bytes written.
#include "decode.cuh"

#define UNROLL 4

// The 8 codes k..k+7 of a row, each in a byte.
__device__ __forceinline__ void read_codes(const u8* row, int plane0, int k, u32 (&q)[8]) {
#if BITS == 8
    uint2 v = *reinterpret_cast<const uint2*>(row + k);
#pragma unroll
    for (int i = 0; i < 8; i++) q[i] = ((i < 4 ? v.x : v.y) >> (8 * (i & 3))) & 255u;
#elif BITS == 4
    u32 v = *reinterpret_cast<const u32*>(row + k / 2);
#pragma unroll
    for (int i = 0; i < 8; i++) q[i] = (v >> (4 * i)) & 15u;
#else
    u32 v = *reinterpret_cast<const u16*>(row + k / 4);
#pragma unroll
    for (int i = 0; i < 8; i++) q[i] = (v >> (2 * i)) & 3u;
#if BITS == 3
    u32 h = row[plane0 + k / 8];
#pragma unroll
    for (int i = 0; i < 8; i++) q[i] |= ((h >> i) & 1u) << 2;
#endif
#endif
}

extern "C" __global__ void __launch_bounds__(256) dequantize(
    const u8* __restrict__ codes, const __half* __restrict__ scales, const u8* __restrict__ zeros,
    const float* __restrict__ levels, T* __restrict__ out, int N, int K, int row_bytes, int plane0, int groups,
    int group_shift, int zero_row, int fixed_zero) {
#if KIND == KIND_LEVELS
    __shared__ float table[1 << BITS];
    for (int i = threadIdx.x; i < (1 << BITS); i += blockDim.x) table[i] = levels[i];
    __syncthreads();
#endif
    const int pieces = (K + 7) / 8;                  // of a row
    const long long total = (long long)N * pieces;
    const long long base = (long long)blockIdx.x * blockDim.x * UNROLL + threadIdx.x;
    u32 q[UNROLL][8];
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
        const long long piece = base + (long long)u * blockDim.x;
        if (piece < total) {
            const int n = piece / pieces, k = (piece % pieces) * 8;
            read_codes(codes + (long long)n * row_bytes, plane0, k, q[u]);
        }
    }
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
        const long long piece = base + (long long)u * blockDim.x;
        if (piece >= total) break;
        const int n = piece / pieces, k = (piece % pieces) * 8, group = k >> group_shift;
        const float scale = __half2float(scales[(long long)n * groups + group]);
#if KIND == KIND_ZEROS
        const float zero = zero_point(zeros + (long long)n * zero_row, group, zero_row);
#else
        const float zero = fixed_zero;
#endif
        __align__(16) T values[8];
#pragma unroll
        for (int i = 0; i < 8; i++) {
#if KIND == KIND_LEVELS
            values[i] = from_float(scale * table[q[u][i]]);
#else
            values[i] = from_float(scale * (float(q[u][i]) - zero));
#endif
        }
        T* to = out + (long long)n * K + k;
        if (K % 8 == 0) {
            *reinterpret_cast<uint4*>(to) = *reinterpret_cast<uint4*>(values);
        } else {
            for (int i = 0; i < 8 && k + i < K; i++) to[i] = values[i];
        }
    }
}
