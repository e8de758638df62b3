// Codes to pairs of half or bfloat16 values, without a conversion instruction.
//
// A code q is put into the mantissa of a constant whose last mantissa place is 1, so the register reads OFFSET + q
// exactly. Both halves of a 32-bit register are made at once, which fixes which two codes make a pair:
//
//   bits   unit (one lane)      pairs                     OFFSET
//   4      32 codes, 4 words    (8w+i, 8w+i+4)            16
//   2, 3   32 codes             (j, j+16)                 4, 8
//   8      16 codes, 4 words    (4w, 4w+2), (4w+1, 4w+3)  256 (half); bfloat16 has 8 significant bits, so a code is
//                                                         split: (256 + 16·high) + (16 + low), OFFSET 272
//
// The product is indifferent to the order of k, so the activations are put into the same order once (stage_activations)
// and the subtraction of OFFSET is left to the end: sum((OFFSET+q)·x) − (OFFSET+z)·sum(x), in fp32.
#pragma once
#include <cuda_bf16.h>
#include <cuda_fp16.h>

typedef unsigned int u32;
typedef unsigned char u8;
typedef unsigned short u16;

#if USE_BF16
typedef __nv_bfloat16 T;
__device__ __forceinline__ float to_float(T v) { return __bfloat162float(v); }
__device__ __forceinline__ T from_float(float v) { return __float2bfloat16(v); }
#else
typedef __half T;
__device__ __forceinline__ float to_float(T v) { return __half2float(v); }
__device__ __forceinline__ T from_float(float v) { return __float2half(v); }
#endif

// KIND: 0 integer with stored zeros, 1 integer with one fixed zero, 2 level table.
#define KIND_ZEROS 0
#define KIND_FIXED 1
#define KIND_LEVELS 2

#if KIND == KIND_LEVELS
#define OFFSET 0.0f
#elif BITS == 4
#define OFFSET 16.0f
#elif BITS == 2
#define OFFSET 4.0f
#elif BITS == 3
#define OFFSET 8.0f
#elif USE_BF16
#define OFFSET 272.0f
#else
#define OFFSET 256.0f
#endif

// Codes of one lane's 128-bit load of the first plane, and of the unit the pairs are made in.
#if BITS == 8
#define CHUNK 16
#define UNIT 16
#elif BITS == 4
#define CHUNK 32
#define UNIT 32
#else
#define CHUNK 64
#define UNIT 32
#endif

// A half fits OFFSET's constants with 10 mantissa bits, a bfloat16 with 7.
#if USE_BF16
#define MANTISSA 7
#define MAGIC_16 0x41804180u
#define MAGIC_4 0x40804080u
#define MAGIC_8 0x41004100u
#define MAGIC_256 0x43804380u
#else
#define MANTISSA 10
#define MAGIC_16 0x4C004C00u
#define MAGIC_4 0x44004400u
#define MAGIC_8 0x48004800u
#define MAGIC_256 0x5C005C00u
#endif

// (value & mask) | magic in one instruction.
__device__ __forceinline__ u32 and_or(u32 value, u32 mask, u32 magic) {
    u32 out;
    asm("lop3.b32 %0, %1, %2, %3, 0xEA;" : "=r"(out) : "r"(value), "r"(mask), "r"(magic));
    return out;
}

// Left shift by a compile-time amount of either sign.
template <int N> __device__ __forceinline__ u32 shift(u32 value) {
    if constexpr (N >= 0) return value << N;
    else return value >> (-N);
}

template <int BIT> __device__ __forceinline__ u32 replicate_mask() { return (u32(BIT) << 16) | u32(BIT); }

#if BITS == 4 && KIND != KIND_LEVELS
// word: 8 codes -> pairs[0..3]
template <int I> __device__ __forceinline__ u32 pair4(u32 word) {
    constexpr int place = MANTISSA - 4;
    return and_or(shift<place - 4 * I>(word), replicate_mask<(0xF << place)>(), MAGIC_16);
}
__device__ __forceinline__ void decode_unit(const u32* words, const u32*, u32* pairs) {
#pragma unroll
    for (int w = 0; w < 4; w++) {
        pairs[4 * w + 0] = pair4<0>(words[w]);
        pairs[4 * w + 1] = pair4<1>(words[w]);
        pairs[4 * w + 2] = pair4<2>(words[w]);
        pairs[4 * w + 3] = pair4<3>(words[w]);
    }
}
#endif

#if BITS == 2 && KIND != KIND_LEVELS
template <int I> __device__ __forceinline__ u32 pair2(u32 merged) {
    constexpr int place = MANTISSA - 2;
    return and_or(shift<place - 2 * I>(merged), replicate_mask<(0x3 << place)>(), MAGIC_4);
}
__device__ __forceinline__ void decode_unit(const u32* words, const u32*, u32* pairs) {
#pragma unroll
    for (int h = 0; h < 2; h++) {
        u32 merged = __byte_perm(words[0], words[1], h ? 0x7632 : 0x5410);
        pairs[8 * h + 0] = pair2<0>(merged);
        pairs[8 * h + 1] = pair2<1>(merged);
        pairs[8 * h + 2] = pair2<2>(merged);
        pairs[8 * h + 3] = pair2<3>(merged);
        pairs[8 * h + 4] = pair2<4>(merged);
        pairs[8 * h + 5] = pair2<5>(merged);
        pairs[8 * h + 6] = pair2<6>(merged);
        pairs[8 * h + 7] = pair2<7>(merged);
    }
}
#endif

#if BITS == 3 && KIND != KIND_LEVELS
template <int I, int H> __device__ __forceinline__ u32 pair3(u32 merged, u32 high) {
    constexpr int place = MANTISSA - 3;
    u32 low = and_or(shift<place - 2 * I>(merged), replicate_mask<(0x3 << place)>(), MAGIC_8);
    return and_or(shift<place + 2 - (8 * H + I)>(high), replicate_mask<(0x4 << place)>(), low);
}
template <int H> __device__ __forceinline__ void decode_half3(u32 merged, u32 high, u32* pairs) {
    pairs[0] = pair3<0, H>(merged, high);
    pairs[1] = pair3<1, H>(merged, high);
    pairs[2] = pair3<2, H>(merged, high);
    pairs[3] = pair3<3, H>(merged, high);
    pairs[4] = pair3<4, H>(merged, high);
    pairs[5] = pair3<5, H>(merged, high);
    pairs[6] = pair3<6, H>(merged, high);
    pairs[7] = pair3<7, H>(merged, high);
}
__device__ __forceinline__ void decode_unit(const u32* words, const u32* high, u32* pairs) {
    decode_half3<0>(__byte_perm(words[0], words[1], 0x5410), high[0], pairs);
    decode_half3<1>(__byte_perm(words[0], words[1], 0x7632), high[0], pairs + 8);
}
#endif

#if BITS == 8 && KIND != KIND_LEVELS
// half: pairs[0..7]. bfloat16: pairs[0..7] hold 256 + 16·high, pairs[8..15] hold 16 + low.
__device__ __forceinline__ void decode_unit(const u32* words, const u32*, u32* pairs) {
#pragma unroll
    for (int w = 0; w < 4; w++) {
#if USE_BF16
        pairs[2 * w + 0] = and_or(words[w] >> 1, 0x00780078u, MAGIC_256);
        pairs[2 * w + 1] = and_or(words[w] >> 9, 0x00780078u, MAGIC_256);
        pairs[8 + 2 * w + 0] = and_or(words[w] << 3, 0x00780078u, MAGIC_16);
        pairs[8 + 2 * w + 1] = and_or(words[w] >> 5, 0x00780078u, MAGIC_16);
#else
        pairs[2 * w + 0] = and_or(words[w] << 2, 0x03FC03FCu, MAGIC_256);
        pairs[2 * w + 1] = and_or(words[w] >> 6, 0x03FC03FCu, MAGIC_256);
#endif
    }
}
#endif

#if KIND == KIND_LEVELS
// `table`: shared [levels][32] words, the level as T in the low half; a column a lane, so no bank is hit twice.
__device__ __forceinline__ u32 level_pair(const u32* table, u32 first, u32 second, int lane) {
    return __byte_perm(table[first * 32 + lane], table[second * 32 + lane], 0x5410);
}
__device__ __forceinline__ void decode_levels(
    const u32* words, const u32* high, u32* pairs, const u32* table, int lane) {
#if BITS == 4
#pragma unroll
    for (int p = 0; p < 16; p++) {
        u32 word = words[p >> 2];
        int i = p & 3;
        pairs[p] = level_pair(table, (word >> (4 * i)) & 15u, (word >> (4 * i + 16)) & 15u, lane);
    }
#elif BITS == 8
#pragma unroll
    for (int p = 0; p < 8; p++) {
        u32 word = words[p >> 1];
        int i = p & 1;
        pairs[p] = level_pair(table, (word >> (8 * i)) & 255u, (word >> (8 * i + 16)) & 255u, lane);
    }
#else
#pragma unroll
    for (int j = 0; j < 16; j++) {
        u32 first = (words[0] >> (2 * j)) & 3u, second = (words[1] >> (2 * j)) & 3u;
#if BITS == 3
        first |= ((high[0] >> j) & 1u) << 2;
        second |= ((high[0] >> (j + 16)) & 1u) << 2;
#endif
        pairs[j] = level_pair(table, first, second, lane);
    }
#endif
}
#endif

// The two places of a pair within its unit, as used by `stage_activations`.
__device__ __forceinline__ int pair_first(int p) {
#if BITS == 4
    return (p >> 2) * 8 + (p & 3);
#elif BITS == 8
    return (p >> 1) * 4 + (p & 1);
#else
    return p;
#endif
}
#if BITS == 4
#define PAIR_DISTANCE 4
#elif BITS == 8
#define PAIR_DISTANCE 2
#else
#define PAIR_DISTANCE 16
#endif

// Zero point of group `j` of a row of packed zeros.
__device__ __forceinline__ float zero_point(const u8* row, int j, int row_size) {
    int bit = j * BITS, byte = bit >> 3;
    u32 word = row[byte];
    if (BITS == 3 && byte + 1 < row_size) word |= u32(row[byte + 1]) << 8;
    return float((word >> (bit & 7)) & ((1u << BITS) - 1u));
}
