// Codes to pairs of half or bfloat16 values, without a conversion instruction.
//
// A code q inside the mantissa of a constant whose last place before it is 1 reads as OFFSET + q, exactly: in half,
// 1024 + q with q in bits 0.., 64 + q with q in bits 4.., 16 + q with q in bits 6..  Both halves of a 32-bit register are
// made by one instruction, (word & mask) | constant, and a shift is needed only when the codes run out of the mantissa.
// So the OFFSET depends on the place of a code, which the product pays for once: sum((OFFSET_k + q_k)·x_k) less
// sum(OFFSET_k·x_k) less z·sum(x_k), in fp32, the last two sums made while x is staged.
//
// Two codes 16 bits apart make a pair. The product is indifferent to the order of k, so x is put into the same order:
//
//   bits   UNIT = 32 codes     pair p holds codes
//   4      4 words             8·(p/4) + p%4  and 4 further
//   2, 3   2 words (+ 1)       p and 16 further; the third bit of 3 is subtracted, inverted
//   8      8 words             4·(p/2) + p%2  and 2 further; in bfloat16 (8 significant bits) a code is split into
//                              256 + 16·high and 16 + low, two products
#pragma once
#include "format.cuh"

typedef unsigned int u32;
typedef unsigned char u8;
typedef unsigned short u16;

// KIND: 0 integer with stored zeros, 1 integer with one fixed zero, 2 level table.
#define KIND_ZEROS 0
#define KIND_FIXED 1
#define KIND_LEVELS 2

#define UNIT 32
#define PAIRS 16
// Words of a unit in the first plane, and registers of pairs it decodes to.
#define UNIT_WORDS (BITS == 3 ? 2 : BITS)
#define SPLIT (KIND != KIND_LEVELS && BITS == 8 && USE_BF16)
#define UNIT_PAIRS (SPLIT ? 2 * PAIRS : PAIRS)

#if USE_BF16
#define MANTISSA 7
#define BIAS 127
#else
#define MANTISSA 10
#define BIAS 15
#endif

// A code whose lowest bit is in mantissa place `place` reads as 2^(MANTISSA − place) + q.
__host__ __device__ constexpr u32 both(u32 half) { return half | (half << 16); }
__host__ __device__ constexpr u32 constant_at(int place) { return both(u32(BIAS + MANTISSA - place) << MANTISSA); }
__host__ __device__ constexpr float offset_at(int place) { return float(1 << (MANTISSA - place)); }

// (value & mask) | constant in one instruction.
__device__ __forceinline__ u32 and_or(u32 value, u32 mask, u32 constant) {
    u32 out;
    asm("lop3.b32 %0, %1, %2, %3, 0xEA;" : "=r"(out) : "r"(value), "r"(mask), "r"(constant));
    return out;
}

template <int N> __device__ __forceinline__ u32 shift(u32 value) {
    if constexpr (N >= 0) return value << N;
    else return value >> (-N);
}

// Where code i of a 16-bit half is read: its mantissa place once the word is shifted right by some amount, chosen so
// that as many codes as fit share a shift.
template <int WIDTH> __host__ __device__ constexpr int codes_per_shift() { return MANTISSA / WIDTH; }
template <int WIDTH> __host__ __device__ constexpr int place_of(int i) { return (i % codes_per_shift<WIDTH>()) * WIDTH; }

template <int WIDTH, int I> __device__ __forceinline__ u32 pair_at(u32 word) {
    constexpr int place = place_of<WIDTH>(I);
    return and_or(shift<place - WIDTH * I>(word), both(((1u << WIDTH) - 1u) << place), constant_at(place));
}

#if KIND != KIND_LEVELS
#if BITS == 4
__device__ __forceinline__ void decode_unit(const u32* words, u32, u32* pairs) {
#pragma unroll
    for (int w = 0; w < 4; w++) {
        pairs[4 * w + 0] = pair_at<4, 0>(words[w]);
        pairs[4 * w + 1] = pair_at<4, 1>(words[w]);
        pairs[4 * w + 2] = pair_at<4, 2>(words[w]);
        pairs[4 * w + 3] = pair_at<4, 3>(words[w]);
    }
}
#define PLACE(p) place_of<4>((p) & 3)
#elif BITS == 2
__device__ __forceinline__ void decode_half(u32 word, u32* pairs) {
    pairs[0] = pair_at<2, 0>(word);
    pairs[1] = pair_at<2, 1>(word);
    pairs[2] = pair_at<2, 2>(word);
    pairs[3] = pair_at<2, 3>(word);
    pairs[4] = pair_at<2, 4>(word);
    pairs[5] = pair_at<2, 5>(word);
    pairs[6] = pair_at<2, 6>(word);
    pairs[7] = pair_at<2, 7>(word);
}
__device__ __forceinline__ void decode_unit(const u32* words, u32, u32* pairs) {
    decode_half(words[0], pairs);
    decode_half(words[1], pairs + 8);
}
#define PLACE(p) place_of<2>((p) & 7)
#elif BITS == 3
// The third bits come from a plane of their own, code p at bit p. They are spread to every fourth bit two at a time and
// put above the first two of every other code, so that a word holds four codes of three bits in each half.
__device__ __forceinline__ u32 chosen(u32 mask, u32 first, u32 second) {  // first where mask is 1
    u32 out;
    asm("lop3.b32 %0, %1, %2, %3, 0xCA;" : "=r"(out) : "r"(mask), "r"(first), "r"(second));
    return out;
}
__device__ __forceinline__ void decode_fields(u32 word, u32* pairs) {
    const u32 upper = word >> 8;
    pairs[0] = and_or(word, both(7u), constant_at(0));
    pairs[1] = and_or(word, both(7u << 4), constant_at(4));
    pairs[2] = and_or(upper, both(7u), constant_at(0));
    pairs[3] = and_or(upper, both(7u << 4), constant_at(4));
}
__device__ __forceinline__ void decode_half(u32 low, u32 high, u32* pairs) {
    decode_fields(chosen(0x33333333u, low, high), pairs);
    decode_fields(chosen(0x33333333u, low >> 2, high >> 1), pairs + 4);
}
__device__ __forceinline__ void decode_unit(const u32* words, u32 high, u32* pairs) {
    decode_half(__byte_perm(words[0], words[1], 0x6420), chosen(0x0F0F0F0Fu, high << 2, high << 4), pairs);
    decode_half(__byte_perm(words[0], words[1], 0x7531), chosen(0x0F0F0F0Fu, high >> 2, high), pairs + 8);
}
#define PLACE(p) (4 * ((p) & 1))
#else
__device__ __forceinline__ void decode_unit(const u32* words, u32, u32* pairs) {
#pragma unroll
    for (int w = 0; w < 8; w++) {
#if USE_BF16
        pairs[2 * w + 0] = and_or(words[w] >> 1, both(15u << 3), both(0x4380u));
        pairs[2 * w + 1] = and_or(words[w] >> 9, both(15u << 3), both(0x4380u));
        pairs[PAIRS + 2 * w + 0] = and_or(words[w] << 3, both(15u << 3), constant_at(3));
        pairs[PAIRS + 2 * w + 1] = and_or(words[w] >> 5, both(15u << 3), constant_at(3));
#else
        pairs[2 * w + 0] = and_or(words[w], both(255u), constant_at(0));
        pairs[2 * w + 1] = and_or(words[w] >> 8, both(255u), constant_at(0));
#endif
    }
}
#define PLACE(p) 0
#endif

// What the codes of pair p have been offset by.
__device__ __forceinline__ constexpr float pair_offset(int p) {
#if BITS == 8 && USE_BF16
    return 272.0f;
#else
    return offset_at(PLACE(p));
#endif
}
#else
// `table`: shared [levels][32] words, the level as T in the low half; a column a lane, so no bank is hit twice.
__device__ __forceinline__ u32 level_pair(const u32* table, u32 first, u32 second, int lane) {
    return __byte_perm(table[first * 32 + lane], table[second * 32 + lane], 0x5410);
}
__device__ __forceinline__ void decode_levels(const u32* words, u32 high, u32* pairs, const u32* table, int lane) {
#if BITS == 4
#pragma unroll
    for (int p = 0; p < PAIRS; p++) {
        const u32 word = words[p >> 2];
        const int i = 4 * (p & 3);
        pairs[p] = level_pair(table, (word >> i) & 15u, (word >> (i + 16)) & 15u, lane);
    }
#elif BITS == 8
#pragma unroll
    for (int p = 0; p < PAIRS; p++) {
        const u32 word = words[p >> 1];
        const int i = 8 * (p & 1);
        pairs[p] = level_pair(table, (word >> i) & 255u, (word >> (i + 16)) & 255u, lane);
    }
#else
#pragma unroll
    for (int p = 0; p < PAIRS; p++) {
        u32 first = (words[0] >> (2 * p)) & 3u, second = (words[1] >> (2 * p)) & 3u;
#if BITS == 3
        first |= ((high >> p) & 1u) << 2;
        second |= ((high >> (p + 16)) & 1u) << 2;
#endif
        pairs[p] = level_pair(table, first, second, lane);
    }
#endif
}
__device__ __forceinline__ constexpr float pair_offset(int) { return 0.0f; }
#endif

// The two places of pair p within its unit.
__device__ __forceinline__ constexpr int pair_first(int p) {
#if BITS == 4
    return (p >> 2) * 8 + (p & 3);
#elif BITS == 8
    return (p >> 1) * 4 + (p & 1);
#elif KIND == KIND_LEVELS
    return p;
#elif BITS == 3
    return (p >> 3) * 4 + ((p >> 2) & 1) + 2 * (p & 1) + 8 * ((p >> 1) & 1);
#else
    return (p >> 3) * 16 + (p & 7);
#endif
}
#if BITS == 4
#define PAIR_DISTANCE 4
#elif BITS == 8
#define PAIR_DISTANCE 2
#elif BITS == 2 && KIND != KIND_LEVELS
#define PAIR_DISTANCE 8
#else
#define PAIR_DISTANCE 16
#endif

// Small integers to float: one `and_or` into 2^23's mantissa and one subtraction.
__device__ __forceinline__ float small_float(u32 value, u32 mask) {
    return __uint_as_float(and_or(value, mask, 0x4B000000u)) - 8388608.0f;
}

// Zero point of group `j` of a row of packed zeros.
__device__ __forceinline__ u32 zero_code(const u8* row, int j, int row_size) {
    const int bit = j * BITS, byte = bit >> 3;
    u32 word = __ldg(row + byte);
    if (BITS == 3 && byte + 1 < row_size) word |= u32(__ldg(row + byte + 1)) << 8;
    return (word >> (bit & 7)) & ((1u << BITS) - 1u);
}
