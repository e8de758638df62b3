/* AVX2 with FMA and F16C: eight lanes; a table of 16 numbers is two permutations and a blend. */
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define LANES 8
#define V __m256
#define I __m256i

typedef struct {
    __m256 low, high;
} Table;

#define OP static inline __attribute__((always_inline))

OP V v_set(float value) { return _mm256_set1_ps(value); }
OP V v_load(const float *from) { return _mm256_loadu_ps(from); }
OP void v_store(float *to, V value) { _mm256_storeu_ps(to, value); }
OP V v_add(V a, V b) { return _mm256_add_ps(a, b); }
OP V v_sub(V a, V b) { return _mm256_sub_ps(a, b); }
OP V v_mul(V a, V b) { return _mm256_mul_ps(a, b); }
OP V v_plus_product(V a, V b, V c) { return _mm256_fmadd_ps(a, b, c); }
OP V v_minus_product(V a, V b, V c) { return _mm256_fnmadd_ps(a, b, c); }
OP V v_from_int(I value) { return _mm256_cvtepi32_ps(value); }
OP V v_gather(const float *from, I index) { return _mm256_i32gather_ps(from, index, 4); }
OP V v_first(Table table) { return _mm256_broadcastss_ps(_mm256_castps256_ps128(table.low)); }
OP I i_set(int value) { return _mm256_set1_epi32(value); }
OP I i_word(const void *from) {
    int word;
    memcpy(&word, from, 4);
    return _mm256_set1_epi32(word);
}
OP I i_lanes(void) { return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7); }
OP I i_and(I a, I b) { return _mm256_and_si256(a, b); }
OP I i_add(I a, I b) { return _mm256_add_epi32(a, b); }
OP I i_min(I a, I b) { return _mm256_min_epi32(a, b); }
OP I i_mul(I a, int factor) { return _mm256_mullo_epi32(a, _mm256_set1_epi32(factor)); }
OP I i_shift(I value, int by) { return by ? _mm256_srli_epi32(value, by) : value; }
OP I i_shift_by(I value, int by) { return _mm256_srl_epi32(value, _mm_cvtsi32_si128(by)); }
OP I i_left(I value, int by) { return by ? _mm256_slli_epi32(value, by) : value; }
OP I i_shift_each(I value, I by) { return _mm256_srlv_epi32(value, by); }

OP float v_sum(V value) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(value), _mm256_extractf128_ps(value, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

OP Table v_table(const float *values) {
    Table table = {_mm256_loadu_ps(values), _mm256_loadu_ps(values + 8)};
    return table;
}

/* A permutation looks at three bits; the fourth chooses between the two as a sign bit. */
OP V v_lookup(Table table, I index, int bits) {
    V low = _mm256_permutevar8x32_ps(table.low, index);
    if (bits < 4) return low;
    V high = _mm256_permutevar8x32_ps(table.high, index);
    return _mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(index, 28)));
}

/* The bits of `mask` from a, the others from b. */
OP I i_select(I a, I b, int mask) {
    return _mm256_or_si256(i_and(a, i_set(mask)), _mm256_andnot_si256(i_set(mask), b));
}

/* The first `count` lanes; nothing past them is read. */
OP I i_load(const uint8_t *from, int count) {
    if (count >= LANES) return _mm256_loadu_si256((const __m256i *)from);
    return _mm256_maskload_epi32((const int *)from, _mm256_cmpgt_epi32(i_set(count), i_lanes()));
}
/* A plane is padded to 16 bytes, all eight lanes of this one. */
OP I i_load_16(const uint8_t *from, int count) {
    (void)count;
    return _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from));
}
OP I i_widen_bytes(const uint8_t *from) { return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)from)); }
OP I i_spread_64(uint64_t word) { return i_set((int)word); }

/* Numbers of eight halves, each lane the one it names. */
OP V v_halves(__m128i halves, I place) { return _mm256_permutevar8x32_ps(_mm256_cvtph_ps(halves), place); }

/* The first `count` numbers, zero after them; nothing past them is read. */
OP V v_load_first(const float *from, int64_t count) {
    if (count >= LANES) return _mm256_loadu_ps(from);
    return _mm256_maskload_ps(from, _mm256_cmpgt_epi32(i_set((int)count), i_lanes()));
}
OP V v_load_bfloat16(const uint16_t *from, int64_t count) {
    uint16_t part[LANES] = {0};
    if (count < LANES) from = memcpy(part, from, (size_t)count * 2);
    I wide = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

/* To the nearest, ties to even; NaN stays NaN. */
OP void v_store_bfloat16(uint16_t *to, V value) {
    I bits = _mm256_castps_si256(value);
    I odd = i_and(_mm256_srli_epi32(bits, 16), i_set(1));
    I rounded = _mm256_srli_epi32(i_add(bits, i_add(odd, i_set(0x7fff))), 16);
    I nan = _mm256_castps_si256(_mm256_cmp_ps(value, value, _CMP_UNORD_Q));
    rounded = _mm256_blendv_epi8(rounded, i_set(0x7fc0), nan);
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi32(rounded, rounded), 0xd8);
    _mm_storeu_si128((__m128i *)to, _mm256_castsi256_si128(packed));
}

#include "vector_kernels.h"

const Kernels avx2_kernels = {serves, block_columns, prepare, rows, dequantize, token};
