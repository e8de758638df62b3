// W[N, K] in half or bfloat16 from packed codes: s·(q − z) or s·level[q], rounded once, so it equals the torch reference
// bit for bit. A thread makes 8 neighbours in ROWS rows (16-byte stores, a warp writes 512 bytes in a row); all its loads
// are in flight before the first is used, and on Hopper and later before the kernel before it has ended.
//
// Bound by the bytes written, if instructions are few. Integer codes of 2, 3 and 4 bits so never become fp32: two
// neighbours go into the mantissas of a pair (decode.cuh), OFFSET + q; less OFFSET + z that is q − z, exactly. In half one
// product rounds as the reference does. In bfloat16 a scale has three places too many, so it is cut in two, s = high + low:
// (q − z)·low has at most 7 places and is exact, and one fused (q − z)·high + that rounds once.
#include "decode.cuh"

#ifndef ROWS
#define ROWS 4
#endif
#define PAIRED (KIND != KIND_LEVELS && BITS < 8)

#if USE_BF16
typedef __nv_bfloat162 T2;
#else
typedef __half2 T2;
#endif
__device__ __forceinline__ T2 as_pair(u32 bits) { return *reinterpret_cast<T2*>(&bits); }
__device__ __forceinline__ u32 as_bits(T2 pair) { return *reinterpret_cast<u32*>(&pair); }

// The bits of 8 codes k..k+7 of a row: all, or the first two of each and the third.
struct Codes {
#if BITS == 8
    uint2 low;
#else
    u32 low;
#endif
#if BITS == 3
    u32 high;
#endif
};

__device__ __forceinline__ Codes load_codes(const u8* row, int plane0, int k) {
    Codes c;
#if BITS == 8
    c.low = __ldg(reinterpret_cast<const uint2*>(row + k));
#elif BITS == 4
    c.low = __ldg(reinterpret_cast<const u32*>(row + k / 2));
#else
    c.low = __ldg(reinterpret_cast<const u16*>(row + k / 4));
#endif
#if BITS == 3
    c.high = __ldg(row + plane0 + k / 8);
#endif
    return c;
}

#if PAIRED
// Where the codes of pair p lie in the mantissas.
#define PAIR_PLACE(p) (BITS == 4 ? 0 : 4 * ((p) & 1))

// OFFSET + q of neighbours 2p and 2p + 1.
__device__ __forceinline__ void pairs_of(const Codes& c, u32 (&pairs)[4]) {
#if BITS == 4
    const u32 next = c.low >> 4;
    const u32 first = __byte_perm(c.low, next, 0x5410), second = __byte_perm(c.low, next, 0x7632);
    pairs[0] = and_or(first, both(15u), constant_at(0));
    pairs[1] = and_or(first >> 8, both(15u), constant_at(0));
    pairs[2] = and_or(second, both(15u), constant_at(0));
    pairs[3] = and_or(second >> 8, both(15u), constant_at(0));
#else
    const u32 first = __byte_perm(c.low, c.low >> 2, 0x5410), second = first >> 8;
    pairs[0] = and_or(first, both(3u), constant_at(0));
    pairs[1] = and_or(first, both(3u << 4), constant_at(4));
    pairs[2] = and_or(second, both(3u), constant_at(0));
    pairs[3] = and_or(second, both(3u << 4), constant_at(4));
#if BITS == 3
    const u32 high = __byte_perm(c.high, c.high >> 1, 0x5410);
    pairs[0] = and_or(high << 2, both(4u), pairs[0]);
    pairs[1] = and_or(high << 4, both(4u << 4), pairs[1]);
    pairs[2] = and_or(high >> 2, both(4u), pairs[2]);
    pairs[3] = and_or(high, both(4u << 4), pairs[3]);
#endif
#endif
}

__device__ __forceinline__ uint4 values_of(const Codes& c, u16 scale, u32 zero) {
    u32 pairs[4], made[4];
    pairs_of(c, pairs);
#if USE_BF16
    const u32 s = __float_as_uint(__half2float(__ushort_as_half(scale))), cut = s & 0xFFFF0000u;
    const u32 rest = __float_as_uint(__uint_as_float(s) - __uint_as_float(cut));
    const T2 high = as_pair(__byte_perm(s, s, 0x3232)), low = as_pair(__byte_perm(rest, rest, 0x3232));
#else
    const T2 high = as_pair(u32(scale) * 0x10001u);
#endif
#pragma unroll
    for (int p = 0; p < 4; p++) {
        const T2 offset = as_pair((zero << PAIR_PLACE(p)) * 0x10001u | constant_at(PAIR_PLACE(p)));
        const T2 number = __hsub2(as_pair(pairs[p]), offset);
#if USE_BF16
        made[p] = as_bits(__hfma2(number, high, __hmul2(number, low)));
#else
        made[p] = as_bits(__hmul2(number, high));
#endif
    }
    return make_uint4(made[0], made[1], made[2], made[3]);
}
#else
__device__ __forceinline__ u32 code_at(const Codes& c, int i) {
#if BITS == 8
    return ((i < 4 ? c.low.x : c.low.y) >> (8 * (i & 3))) & 255u;
#elif BITS == 4
    return (c.low >> (4 * i)) & 15u;
#elif BITS == 3
    return ((c.low >> (2 * i)) & 3u) | (((c.high >> i) & 1u) << 2);
#else
    return (c.low >> (2 * i)) & 3u;
#endif
}

__device__ __forceinline__ uint4 values_of(const Codes& c, u16 scale, u32 zero, const float* table) {
    const float s = __half2float(__ushort_as_half(scale));
    __align__(16) T values[8];
#pragma unroll
    for (int i = 0; i < 8; i++) {
#if KIND == KIND_LEVELS
        values[i] = from_float(s * table[code_at(c, i)]);
#else
        values[i] = from_float(s * (small_float(code_at(c, i), 255u) - float(zero)));
#endif
    }
    return *reinterpret_cast<uint4*>(values);
}
#endif

extern "C" __global__ void __launch_bounds__(256) dequantize(
    const u8* __restrict__ codes, const u16* __restrict__ scales, const u8* __restrict__ zeros,
    const float* __restrict__ levels, T* out, int N, int K, int row_bytes, int plane0, int groups,
    int group_shift, int zero_row, int fixed_zero) {
#if KIND == KIND_LEVELS
    __shared__ float table[1 << BITS];
    for (int i = threadIdx.x; i < (1 << BITS); i += blockDim.x) table[i] = levels[i];
    __syncthreads();
#endif
    const int k = (blockIdx.x * blockDim.x + threadIdx.x) * 8, group = min(k >> group_shift, groups - 1);
    const int n0 = blockIdx.y * ROWS;
    Codes held[ROWS];
    u16 scale[ROWS];
    u32 zero[ROWS];
    if (k < K) {
#pragma unroll
        for (int r = 0; r < ROWS; r++) {
            const long long n = min(n0 + r, N - 1);
            held[r] = load_codes(codes + n * row_bytes, plane0, k);
            scale[r] = __ldg(scales + n * groups + group);
#if KIND == KIND_ZEROS
            zero[r] = zero_code(zeros + n * zero_row, group, zero_row);
#else
            zero[r] = fixed_zero;
#endif
        }
    }
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;");
    asm volatile("griddepcontrol.wait;" ::: "memory");  // who reads what `out` holds so far has ended
#endif
    if (k >= K) return;
#pragma unroll
    for (int r = 0; r < ROWS; r++) {
        if (n0 + r >= N) break;
#if PAIRED
        const uint4 values = values_of(held[r], scale[r], zero[r]);
#elif KIND == KIND_LEVELS
        const uint4 values = values_of(held[r], scale[r], zero[r], table);
#else
        const uint4 values = values_of(held[r], scale[r], zero[r], nullptr);
#endif
        T* to = out + (long long)(n0 + r) * K + k;
        if (K % 8 == 0) {
#if STREAM_STORES
            __stcs(reinterpret_cast<uint4*>(to), values);
#else
            *reinterpret_cast<uint4*>(to) = values;
#endif
        } else {
            const T* each = reinterpret_cast<const T*>(&values);
            for (int i = 0; i < 8 && k + i < K; i++) to[i] = each[i];
        }
    }
}
