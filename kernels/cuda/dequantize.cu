// W[N, K] in half or bfloat16 from packed codes: s·(q − z) or s·level[q] in fp32, rounded once, so it equals the torch
// reference bit for bit. A thread makes 8 neighbours in ROWS rows (16-byte stores, a warp writes 512 bytes in a row); all
// its loads are in flight before the first is used, and there is no division: the grid is columns by rows. Bound by the
// bytes written.
#include "decode.cuh"

#define ROWS 4

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
    const u8* __restrict__ codes, const u16* __restrict__ scales, const u8* __restrict__ zeros,
    const float* __restrict__ levels, T* __restrict__ out, int N, int K, int row_bytes, int plane0, int groups,
    int group_shift, int zero_row, int fixed_zero) {
#if KIND == KIND_LEVELS
    __shared__ float table[1 << BITS];
    for (int i = threadIdx.x; i < (1 << BITS); i += blockDim.x) table[i] = levels[i];
    __syncthreads();
#endif
    const int k = (blockIdx.x * blockDim.x + threadIdx.x) * 8, group = k >> group_shift;
    const long long n0 = (long long)blockIdx.y * ROWS;
    if (k >= K) return;
    u32 q[ROWS][8];
    u16 scale[ROWS];
    float zero[ROWS];
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        const long long n = min(n0 + r, (long long)N - 1);
        read_codes(codes + n * row_bytes, plane0, k, q[r]);
        scale[r] = __ldg(scales + n * groups + group);
#if KIND == KIND_ZEROS
        zero[r] = zero_point(zeros + n * zero_row, group, zero_row);
#else
        zero[r] = fixed_zero;
#endif
    }
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (n0 + r >= N) break;
        const float s = __half2float(__ushort_as_half(scale[r]));
        __align__(16) T values[8];
#pragma unroll
        for (int i = 0; i < 8; i++) {
#if KIND == KIND_LEVELS
            values[i] = from_float(s * table[q[r][i]]);
#else
            values[i] = from_float(s * (small_float(q[r][i], 255u) - zero[r]));
#endif
        }
        T* to = out + (n0 + r) * K + k;
        if (K % 8 == 0) {
            *reinterpret_cast<uint4*>(to) = *reinterpret_cast<uint4*>(values);
        } else {
            for (int i = 0; i < 8 && k + i < K; i++) to[i] = values[i];
        }
    }
}
