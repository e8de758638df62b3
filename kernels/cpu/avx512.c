/* AVX-512 (F, BW, DQ, VL): sixteen lanes; any table of up to 16 numbers is one permutation. */
#include <immintrin.h>
#include <stdint.h>
#include <string.h>

#define LANES 16
#define V __m512
#define I __m512i

typedef __m512 Table;

#define OP static inline __attribute__((always_inline))

OP V v_set(float value) { return _mm512_set1_ps(value); }
OP V v_load(const float *from) { return _mm512_loadu_ps(from); }
OP void v_store(float *to, V value) { _mm512_storeu_ps(to, value); }
OP V v_add(V a, V b) { return _mm512_add_ps(a, b); }
OP V v_sub(V a, V b) { return _mm512_sub_ps(a, b); }
OP V v_mul(V a, V b) { return _mm512_mul_ps(a, b); }
OP V v_plus_product(V a, V b, V c) { return _mm512_fmadd_ps(a, b, c); }
OP V v_minus_product(V a, V b, V c) { return _mm512_fnmadd_ps(a, b, c); }
OP float v_sum(V value) { return _mm512_reduce_add_ps(value); }
OP V v_from_int(I value) { return _mm512_cvtepi32_ps(value); }
OP V v_gather(const float *from, I index) { return _mm512_i32gather_ps(index, from, 4); }
OP Table v_table(const float *values) { return _mm512_loadu_ps(values); }
OP V v_first(Table table) { return _mm512_broadcastss_ps(_mm512_castps512_ps128(table)); }
OP I i_set(int value) { return _mm512_set1_epi32(value); }
OP I i_word(const void *from) {
    int word;
    memcpy(&word, from, 4);
    return _mm512_set1_epi32(word);
}
OP I i_lanes(void) { return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15); }
OP I i_and(I a, I b) { return _mm512_and_si512(a, b); }
OP I i_add(I a, I b) { return _mm512_add_epi32(a, b); }
OP I i_min(I a, I b) { return _mm512_min_epi32(a, b); }
OP I i_mul(I a, int factor) { return _mm512_mullo_epi32(a, _mm512_set1_epi32(factor)); }
OP I i_shift(I value, int by) { return by ? _mm512_srli_epi32(value, (unsigned)by) : value; }
OP I i_shift_by(I value, int by) { return _mm512_srl_epi32(value, _mm_cvtsi32_si128(by)); }
OP I i_left(I value, int by) { return by ? _mm512_slli_epi32(value, (unsigned)by) : value; }
OP I i_shift_each(I value, I by) { return _mm512_srlv_epi32(value, by); }

OP V v_lookup(Table table, I index, int bits) {
    (void)bits;
    return _mm512_permutexvar_ps(index, table);
}

/* The bits of `mask` from a, the others from b. */
OP I i_select(I a, I b, int mask) { return _mm512_ternarylogic_epi32(_mm512_set1_epi32(mask), a, b, 0xca); }

OP __mmask16 first_lanes(int count) { return count >= LANES ? 0xffff : (__mmask16)((1u << count) - 1); }

/* The first `count` lanes; nothing past them is read. */
OP I i_load(const uint8_t *from, int count) {
    if (count >= LANES) return _mm512_loadu_si512(from);
    return _mm512_maskz_loadu_epi32(first_lanes(count), from);
}
OP I i_load_16(const uint8_t *from, int count) {
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(first_lanes(count), from));
}
OP I i_widen_bytes(const uint8_t *from) { return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)from)); }

/* Lanes 0-7 hold the low half of a word, lanes 8-15 the high one. */
OP I i_spread_64(uint64_t word) {
    return _mm512_inserti64x4(_mm512_set1_epi32((int)word), _mm256_set1_epi32((int)(word >> 32)), 1);
}

/* Numbers of eight halves, each lane the one it names. */
OP V v_halves(__m128i halves, I place) {
    return _mm512_permutexvar_ps(place, _mm512_castps256_ps512(_mm256_cvtph_ps(halves)));
}

/* The first `count` numbers, zero after them; nothing past them is read. */
OP V v_load_first(const float *from, int64_t count) {
    if (count >= LANES) return _mm512_loadu_ps(from);
    return _mm512_maskz_loadu_ps(first_lanes((int)count), from);
}
OP V v_load_bfloat16(const uint16_t *from, int64_t count) {
    __m256i part = _mm256_maskz_loadu_epi16(first_lanes(count < LANES ? (int)count : LANES), from);
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(part), 16));
}

/* To the nearest, ties to even; NaN stays NaN. */
OP void v_store_bfloat16(uint16_t *to, V value) {
    I bits = _mm512_castps_si512(value);
    I odd = i_and(_mm512_srli_epi32(bits, 16), i_set(1));
    I rounded = _mm512_srli_epi32(i_add(bits, i_add(odd, i_set(0x7fff))), 16);
    rounded = _mm512_mask_mov_epi32(rounded, _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q), i_set(0x7fc0));
    _mm256_storeu_si256((__m256i *)to, _mm512_cvtepi32_epi16(rounded));
}

#include "vector_kernels.h"

const Kernels avx512_kernels = {serves, block_columns, prepare, rows, dequantize, token};
