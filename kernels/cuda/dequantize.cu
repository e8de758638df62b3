// W[N, K] in half or bfloat16 from packed codes: s·(q − z) or s·level[q], rounded once, so it equals the torch reference
// bit for bit. A thread makes 8 neighbours a few times (16-byte stores); all its loads are in flight before the first is used,
// and on Hopper and later before the kernel before it has ended. In long rows of 2, 3 and 4 bits neighbouring threads share
// what they load (UNITED): of 3 bits a thread else asks for 10 words to make 16 numbers, so for 5.
//
// Bound by the bytes written, if instructions are few. Integer codes of 2, 3 and 4 bits so never become fp32: two
// neighbours go into the mantissas of a pair (decode.cuh), OFFSET + q; less OFFSET + z that is q − z, exactly. In half one
// product rounds as the reference does. In bfloat16 a scale has three places too many, so it is cut in two, s = high + low:
// (q − z)·low has at most 7 places and is exact, and one fused (q − z)·high + that rounds once.
#include "decode.cuh"
#include "overlap.cuh"

// A block makes ROWS rows by STRIPS times 2048 columns: long rows one at a time, in order, as memory likes it best.
#if WIDE
#define ROWS 1
#define STRIPS 2
#else
#define ROWS 4
#define STRIPS 1
#endif
#define PAIRED (KIND != KIND_LEVELS && BITS < 8)
#define UNITED (PAIRED && WIDE)

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

__device__ __forceinline__ uint4 values_of(const Codes& c, u16 scale, u32 zero, const float*) {
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
    u32 made[4];
#pragma unroll
    for (int p = 0; p < 4; p++) {
#if KIND == KIND_LEVELS
        const T first = from_float(s * table[code_at(c, 2 * p)]), second = from_float(s * table[code_at(c, 2 * p + 1)]);
#else
        const T first = from_float(s * (small_float(code_at(c, 2 * p), 255u) - float(zero)));
        const T second = from_float(s * (small_float(code_at(c, 2 * p + 1), 255u) - float(zero)));
#endif
        made[p] = *reinterpret_cast<const u16*>(&first) | u32(*reinterpret_cast<const u16*>(&second)) << 16;
    }
    return make_uint4(made[0], made[1], made[2], made[3]);
}
#endif

// The i-th of 8 values, i known to the compiler: an array would live in local memory.
__device__ __forceinline__ T value_at(const uint4& values, int i) {
    const u32 pair = i < 2 ? values.x : i < 4 ? values.y : i < 6 ? values.z : values.w;
    const u16 bits = u16(i & 1 ? pair >> 16 : pair);
    return *reinterpret_cast<const T*>(&bits);
}

// 8 values into columns k..k+7 of a row of K; what lies beyond its end is dropped.
__device__ __forceinline__ void store(T* row, int k, int K, const uint4& values) {
    if (k >= K) return;
    if (K % 8 == 0) {
        *reinterpret_cast<uint4*>(row + k) = values;
    } else {
#pragma unroll
        for (int i = 0; i < 8; i++)
            if (k + i < K) row[k + i] = value_at(values, i);
    }
}

#if UNITED
// The bits of 32 neighbours, which a lane and the next one share: one load of each kind serves two threads and 32 codes, all
// of one group. Each makes 8 of the first 16 and 8 of the others, so a warp's store still fills whole sectors.
struct Unit {
#if BITS == 4
    uint4 low;
#else
    uint2 low;
#endif
#if BITS == 3
    u32 high;
#endif
};

__device__ __forceinline__ Unit load_unit(const u8* row, int plane0, int unit) {
    Unit held;
#if BITS == 4
    held.low = __ldg(reinterpret_cast<const uint4*>(row) + unit);
#else
    held.low = __ldg(reinterpret_cast<const uint2*>(row) + unit);
#endif
#if BITS == 3
    held.high = __ldg(reinterpret_cast<const u32*>(row + plane0) + unit);
#endif
    return held;
}

// The 8 codes from 16·half + 8·side on.
__device__ __forceinline__ Codes codes_of(const Unit& held, int half, int side) {
    Codes c;
#if BITS == 4
    c.low = half ? (side ? held.low.w : held.low.z) : (side ? held.low.y : held.low.x);
#else
    c.low = __byte_perm(half ? held.low.y : held.low.x, 0, side ? 0x4432 : 0x4410);
#endif
#if BITS == 3
    c.high = __byte_perm(held.high, 0, 0x4440 + 2 * half + side);
#endif
    return c;
}

extern "C" __global__ void __launch_bounds__(256) dequantize(
    const u8* __restrict__ codes, const u16* __restrict__ scales, const u8* __restrict__ zeros,
    const float* __restrict__ levels, T* out, int N, int K, int row_bytes, int plane0, int groups,
    int group_shift, int zero_row, int fixed_zero) {
    const int n = blockIdx.y;
    const int own = blockIdx.x * 128 + threadIdx.x / 2, side = threadIdx.x & 1;
    const int unit = min(own, (K - 1) / 32), group = min((unit * 32) >> group_shift, groups - 1);  // beyond the end: the last
    const Unit held = load_unit(codes + (long long)n * row_bytes, plane0, unit);
    const u16 scale = __ldg(scales + (long long)n * groups + group);
#if KIND == KIND_ZEROS
    const u32 zero = zero_code(zeros + (long long)n * zero_row, group, zero_row);
#else
    const u32 zero = fixed_zero;
#endif
    let_the_next_begin();
#pragma unroll
    for (int half = 0; half < 2; half++)
        store(out + (long long)n * K, own * 32 + 16 * half + 8 * side, K, values_of(codes_of(held, half, side), scale, zero, nullptr));
}
#else
extern "C" __global__ void __launch_bounds__(256) dequantize(
    const u8* __restrict__ codes, const u16* __restrict__ scales, const u8* __restrict__ zeros,
    const float* __restrict__ levels, T* out, int N, int K, int row_bytes, int plane0, int groups,
    int group_shift, int zero_row, int fixed_zero) {
#if KIND == KIND_LEVELS
    __shared__ float table[1 << BITS];
    for (int i = threadIdx.x; i < (1 << BITS); i += blockDim.x) table[i] = levels[i];
    __syncthreads();
#else
    const float* table = nullptr;
#endif
    const int n0 = blockIdx.y * ROWS, k0 = (blockIdx.x * STRIPS * 256 + threadIdx.x) * 8;
    Codes held[ROWS][STRIPS];
    u16 scale[ROWS][STRIPS];
    u32 zero[ROWS][STRIPS];
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int v = 0; v < STRIPS; v++) {
            // Beyond the end the last is read again.
            const int k = min(k0 + v * 2048, (K - 1) & ~7), group = min(k >> group_shift, groups - 1);
            const long long n = min(n0 + r, N - 1);
            held[r][v] = load_codes(codes + n * row_bytes, plane0, k);
            scale[r][v] = __ldg(scales + n * groups + group);
#if KIND == KIND_ZEROS
            zero[r][v] = zero_code(zeros + n * zero_row, group, zero_row);
#else
            zero[r][v] = fixed_zero;
#endif
        }
    let_the_next_begin();
#pragma unroll
    for (int r = 0; r < ROWS; r++)
#pragma unroll
        for (int v = 0; v < STRIPS; v++) {
            const uint4 values = values_of(held[r][v], scale[r][v], zero[r][v], table);
            if (n0 + r < N) store(out + (long long)(n0 + r) * K, k0 + v * 2048, K, values);
        }
}
#endif
