/* The kernels for one width of vector register. The including file defines LANES and the operations v_* before.
 *
 * A register of 32-bit lanes is filled with consecutive bytes of a row, so each lane holds 32 / bits neighbouring codes
 * (3 bits: 16 codes, their third bits in a second register). Shifting all lanes right by j·bits brings code j of every
 * lane to the bottom, and a permutation of a small table, which looks at the lowest index bits only, turns it into its
 * number: one shift, one lookup and one multiply-add for LANES weights. x is put into that order once a product. As a
 * lane never crosses a group, scale and zero point are vectors too, and the zero point costs one product with the
 * sum of x over the lane's codes.
 */
#include <stdlib.h>

#include "shared_parts.h"

#define INLINE static inline __attribute__((always_inline))

INLINE int codes_per_lane(int bits) { return bits == 3 ? 16 : 32 / bits; }

static int64_t block_columns(int bits) { return (int64_t)LANES * codes_per_lane(bits); }

static int serves(const Matrix *w) {
    int64_t block = block_columns(w->bits), group = w->group_size;
    if (w->bits == 16 || w->bits == 32) return 1;
    if (w->bits != 2 && w->bits != 3 && w->bits != 4 && w->bits != 8) return 0;
    if (w->groups == 1) return 1;
    /* Eight groups in a block: that many halves are one load, and their zero points one 32-bit word. */
    return group % 16 == 0 && (group % block == 0 || (block % group == 0 && block / group <= 8));
}

/* x in the order in which the codes come out of a register, and its sum over each lane's codes; dense: as it is. */
static void arrange(int bits, const float *wide, int64_t padded, float *x, float *sums) {
    if (bits >= 16) {
        memcpy(x, wide, (size_t)padded * 4);
        return;
    }
    int lane_codes = codes_per_lane(bits);
    for (int64_t start = 0; start < padded; start += LANES * lane_codes)
        for (int lane = 0; lane < LANES; lane++) {
            const float *from = wide + start + lane * lane_codes;
            float sum = 0;
            for (int j = 0; j < lane_codes; j++) {
                x[start + j * LANES + lane] = from[j];
                sum += from[j];
            }
            sums[start / lane_codes + lane] = sum;
        }
}

static void prepare(const Matrix *w, const Product *p, Prepared *out) {
    float *wide = malloc((size_t)out->padded * 4);
    memset(wide, 0, (size_t)out->padded * 4);
    for (int64_t m = 0; m < p->count; m++) {
        widen(p, m, w->columns, wide);
        low_products(p, w->columns, wide, out->low + m * out->rank);
        arrange(w->bits, wide, out->padded, out->x + m * out->padded, out->sums + m * out->sum_stride);
    }
    free(wide);
}

/* The first `count` numbers of `type` from place `offset`, zero after them. */
INLINE V v_first_of(const void *from, int type, int64_t offset, int64_t count) {
    return type == BFLOAT16 ? v_load_bfloat16((const uint16_t *)from + offset, count)
                            : v_load_first((const float *)from + offset, count);
}

/* `count` rows [n] of `type` (up to four, `stride` elements apart) times x. */
INLINE void dots_of(const void *rows, const int type, int64_t stride, const int count, const float *x, int64_t n,
                    V *total) {
#pragma GCC unroll 4
    for (int r = 0; r < count; r++) total[r] = v_set(0);
    int64_t k = 0;
    for (; k + LANES <= n; k += LANES)
#pragma GCC unroll 4
        for (int r = 0; r < count; r++)
            total[r] = v_plus_product(v_first_of(rows, type, r * stride + k, LANES), v_load(x + k), total[r]);
    if (k < n)
        for (int r = 0; r < count; r++)
            total[r] = v_plus_product(v_first_of(rows, type, r * stride + k, n - k), v_load_first(x + k, n - k), total[r]);
}

static void dots(const void *rows, int type, int64_t stride, int count, const float *x, int64_t n, float *out) {
    V total[4];
    if (count == 4) {
        if (type == BFLOAT16)
            dots_of(rows, BFLOAT16, stride, 4, x, n, total);
        else
            dots_of(rows, FLOAT32, stride, 4, x, n, total);
        for (int r = 0; r < 4; r++) out[r] = v_sum(total[r]);
        return;
    }
    for (int r = 0; r < count; r++) {
        if (type == BFLOAT16)
            dots_of((const uint16_t *)rows + r * stride, BFLOAT16, 0, 1, x, n, total);
        else
            dots_of((const float *)rows + r * stride, FLOAT32, 0, 1, x, n, total);
        out[r] = v_sum(total[0]);
    }
}

/* out [n] = the sum of `count` rows [n], each times its weight. */
INLINE void weighted_of(const void *rows, const int type, const float *weights, int64_t count, int64_t n, float *out) {
    for (int64_t k = 0; k < n; k += LANES) {
        V total[4] = {v_set(0), v_set(0), v_set(0), v_set(0)};
        int64_t l = 0;
        for (; l + 4 <= count; l += 4)
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++)
                total[i] = v_plus_product(v_first_of(rows, type, (l + i) * n + k, n - k), v_set(weights[l + i]), total[i]);
        for (; l < count; l++)
            total[0] = v_plus_product(v_first_of(rows, type, l * n + k, n - k), v_set(weights[l]), total[0]);
        float part[LANES];
        v_store(part, v_add(v_add(total[0], total[1]), v_add(total[2], total[3])));
        memcpy(out + k, part, (size_t)(n - k < LANES ? n - k : LANES) * 4);
    }
}

static void weighted(const void *rows, int type, const float *weights, int64_t count, int64_t n, float *out) {
    if (type == BFLOAT16)
        weighted_of(rows, BFLOAT16, weights, count, n, out);
    else
        weighted_of(rows, FLOAT32, weights, count, n, out);
}

/* Adds row n's part of the adapters, spread over the lanes. */
INLINE V plus_adapters(const Product *p, const float *low, int64_t n, V total) {
    for (int i = 0; i < p->adapter_count; i++) {
        const LowRank *adapter = &p->adapters[i];
        for (int64_t r = 0; r < adapter->rank; r += LANES) {
            V up = v_first_of(adapter->b, adapter->type, n * adapter->rank + r, adapter->rank - r);
            total = v_plus_product(up, v_load(low + r), total);
        }
        low += padded_rank(adapter->rank);
    }
    return total;
}

static void dense_rows(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    int type = w->bits == 16 ? BFLOAT16 : FLOAT32;
    int64_t size = w->bits / 8;
    for (int64_t m = 0; m < p->count; m++)
        for (int64_t n = first; n < last; n += 4) {
            int count = last - n < 4 ? (int)(last - n) : 4;
            float out[4];
            dots(w->codes + n * w->columns * size, type, w->columns, count, x->x + m * x->padded, w->columns, out);
            for (int r = 0; r < count; r++) {
                if (p->adapter_count) out[r] += v_sum(plus_adapters(p, x->low + m * x->rank, n + r, v_set(0)));
                put(p, m, n + r, out[r]);
            }
        }
}

/* Sixteen bytes of which those past `end` are zero. */
INLINE __m128i bytes_before(const void *from, const void *end) {
    const uint8_t *begin = from;
    if (begin + 16 <= (const uint8_t *)end) return _mm_loadu_si128(from);
    uint8_t copy[16] = {0};
    if (begin < (const uint8_t *)end) memcpy(copy, begin, (size_t)((const uint8_t *)end - begin));
    return _mm_loadu_si128((const __m128i *)copy);
}

INLINE Table table_of(const Matrix *w, int bits) {
    float values[16] = {0};
    /* Repeated, so that whatever stands above the code in its lane does not matter. */
    if (bits < 8)
        for (int i = 0; i < 16; i++) values[i] = code_value(w, i & ((1 << bits) - 1));
    else
        values[0] = (float)(w->grid == GRID_FIXED ? w->fixed_zero : 128);
    return v_table(values);
}

/* The number of the code at the bottom of each lane. */
INLINE V decode(const Matrix *w, Table table, I index, int bits) {
    if (bits < 8) return v_lookup(table, index, bits);
    I code = i_and(index, i_set(255));
    if (w->grid == GRID_LEVELS) return v_gather(w->levels, code);
    return v_sub(v_from_int(code), v_first(table));
}

/* Code j of every lane at the lanes' bottoms; `second` holds the third bits of 3-bit codes. */
INLINE I codes_at(I first, I second, int j, int bits) {
    if (bits != 3) return i_shift(first, j * bits);
    /* Third bits go to position 2; what comes along above is ignored by the lookup. */
    I high = j < 2 ? i_left(second, 2 - j) : i_shift(second, j - 2);
    return i_select(i_shift(first, 2 * j), high, 3);
}

/* So many bytes of codes ahead of their use are fetched: the rows of a small matrix are too short for the processor to
 * see where they lead. */
#define AHEAD 2048

/* y[m, n] for COUNT rows of x and ROWS rows of W from n. INSIDE: 16 bytes from any scale or zero point of these rows on
 * are inside the matrix. */
INLINE void product_rows(const Matrix *w, const Product *p, const Prepared *x, int64_t m, int64_t n, Table table,
                         const int bits, const int ROWS, const int COUNT, const int INSIDE) {
    const int lane_codes = codes_per_lane(bits);
    const int64_t block = (int64_t)LANES * lane_codes, group = w->group_size, columns = w->columns, groups = w->groups;
    const int64_t plane = w->second_plane, padded = x->padded, sum_stride = x->sum_stride;
    const int one_group = groups == 1, zeroed = w->grid == GRID_ZEROS;
    const void *scales_end = w->scales + w->rows * groups, *zeros_end = w->zeros + w->rows * w->zero_bytes;
    const float *inputs = x->x + m * padded, *sums = x->sums + m * sum_stride;
    const uint8_t *row[4], *zeros[4];
    const uint16_t *scales[4];
    I lane_columns = i_mul(i_lanes(), lane_codes), lane_group = i_set(0);
    if (!one_group && group < block) lane_group = i_shift_by(lane_columns, __builtin_ctzll((uint64_t)group));
    V total[8];
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; r++) {
        row[r] = w->codes + (n + r) * w->row_bytes;
        scales[r] = w->scales + (n + r) * groups;
        zeros[r] = w->zeros + (n + r) * w->zero_bytes;
    }
#pragma GCC unroll 8
    for (int i = 0; i < ROWS * COUNT; i++) total[i] = v_set(0);
    for (int64_t start = 0, step = 0; start < columns; start += block, step++) {
        int64_t first_group = one_group ? 0 : start / group;
        int valid = (int)((columns - start + lane_codes - 1) / lane_codes);
        I place = i_min(lane_group, i_set((int)(groups - 1 - first_group)));
        I first[4], second[4];
        V sum[8];
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; r++) {
            const uint8_t *from = row[r] + step * 4 * LANES;
            __builtin_prefetch(from + AHEAD);
            first[r] = i_load(from, valid);
            second[r] = i_set(0);
            if (bits == 3) second[r] = i_load_16(row[r] + plane + step * 2 * LANES, valid);
        }
#pragma GCC unroll 8
        for (int i = 0; i < ROWS * COUNT; i++) sum[i] = v_set(0);
        if (zeroed) {
            int64_t bit = first_group * bits;
            I place_bits = i_add(i_mul(place, bits), i_set((int)(bit & 7)));
#pragma GCC unroll 4
            for (int r = 0; r < ROWS; r++) {
                const uint8_t *from = zeros[r] + (bit >> 3);
                I zero = i_shift_each(INSIDE ? i_word(from) : i_set(_mm_cvtsi128_si32(bytes_before(from, zeros_end))),
                                      place_bits);
                V shift = bits < 8 ? v_lookup(table, zero, bits)
                                   : v_sub(v_from_int(i_and(zero, i_set(255))), v_first(table));
#pragma GCC unroll 4
                for (int c = 0; c < COUNT; c++)
                    sum[r * COUNT + c] = v_minus_product(shift, v_load(sums + c * sum_stride + step * LANES), v_set(0));
            }
        }
#pragma GCC unroll 16
        for (int j = 0; j < lane_codes; j++) {
            V value[4];
#pragma GCC unroll 4
            for (int r = 0; r < ROWS; r++) value[r] = decode(w, table, codes_at(first[r], second[r], j, bits), bits);
#pragma GCC unroll 4
            for (int c = 0; c < COUNT; c++) {
                V input = v_load(inputs + c * padded + start + j * LANES);
#pragma GCC unroll 4
                for (int r = 0; r < ROWS; r++)
                    sum[r * COUNT + c] = v_plus_product(value[r], input, sum[r * COUNT + c]);
            }
        }
#pragma GCC unroll 4
        for (int r = 0; r < ROWS; r++) {
            const uint16_t *from = scales[r] + first_group;
            V scale = v_halves(INSIDE ? _mm_loadu_si128((const __m128i *)from) : bytes_before(from, scales_end), place);
#pragma GCC unroll 4
            for (int c = 0; c < COUNT; c++)
                total[r * COUNT + c] = v_plus_product(sum[r * COUNT + c], scale, total[r * COUNT + c]);
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 4
        for (int c = 0; c < COUNT; c++) {
            V all = plus_adapters(p, x->low + (m + c) * x->rank, n + r, total[r * COUNT + c]);
            put(p, m + c, n + r, v_sum(all));
        }
}

/* Rows from which on 16 bytes may reach past the last scale or zero point. */
INLINE int64_t rows_inside(const Matrix *w) {
    int64_t scales = 8 / w->groups + 1, zeros = w->grid == GRID_ZEROS ? 16 / w->zero_bytes + 1 : 0;
    return w->rows - (scales > zeros ? scales : zeros);
}

INLINE void rows_of(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last, const int bits) {
    Table table = table_of(w, bits);
    int64_t m = 0, n, inside = rows_inside(w) < last ? rows_inside(w) : last;
    for (; m + 4 <= p->count; m += 4) {
        for (n = first; n + 2 <= last; n += 2) product_rows(w, p, x, m, n, table, bits, 2, 4, 0);
        for (; n < last; n++) product_rows(w, p, x, m, n, table, bits, 1, 4, 0);
    }
    for (; m + 2 <= p->count; m += 2) {
        for (n = first; n + 2 <= last; n += 2) product_rows(w, p, x, m, n, table, bits, 2, 2, 0);
        for (; n < last; n++) product_rows(w, p, x, m, n, table, bits, 1, 2, 0);
    }
    for (; m < p->count; m++) {
        for (n = first; n + 4 <= inside; n += 4) product_rows(w, p, x, m, n, table, bits, 4, 1, 1);
        for (; n < last; n++) product_rows(w, p, x, m, n, table, bits, 1, 1, 0);
    }
}

/* One function a width: the compiler sees constants. */
static void rows_2(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    rows_of(w, p, x, first, last, 2);
}
static void rows_3(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    rows_of(w, p, x, first, last, 3);
}
static void rows_4(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    rows_of(w, p, x, first, last, 4);
}
static void rows_8(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    rows_of(w, p, x, first, last, 8);
}

static void rows(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    switch (w->bits) {
    case 2: rows_2(w, p, x, first, last); break;
    case 3: rows_3(w, p, x, first, last); break;
    case 4: rows_4(w, p, x, first, last); break;
    case 16:
    case 32: dense_rows(w, p, x, first, last); break;
    default: rows_8(w, p, x, first, last);
    }
}

/* LANES neighbouring codes from column k, one a lane; k is a multiple of LANES. Bytes are read inside the row only. */
INLINE I neighbours(const uint8_t *row, const uint8_t *second, int64_t k, const int bits) {
    if (bits == 8) return i_widen_bytes(row + k);
    if (bits == 4) {
        uint64_t word = 0;
        memcpy(&word, row + k / 2, LANES / 2);
        return i_shift_each(i_spread_64(word), i_mul(i_and(i_lanes(), i_set(7)), 4));
    }
    uint32_t word = 0, bit = 0;
    memcpy(&word, row + k / 4, LANES / 4);
    I index = i_shift_each(i_set((int)word), i_mul(i_lanes(), 2));
    if (bits == 2) return index;
    memcpy(&bit, second + k / 8, LANES / 8);
    return i_select(index, i_left(i_shift_each(i_set((int)bit), i_lanes()), 2), 3);
}

INLINE void dequantize_of(const Matrix *w, void *out, int type, int64_t first, int64_t last, const int bits) {
    Table table = table_of(w, bits);
    for (int64_t n = first; n < last; n++) {
        const uint8_t *row = w->codes + n * w->row_bytes;
        for (int64_t g = 0; g < w->groups; g++) {
            int64_t begin = g * w->group_size, end = begin + w->group_size;
            if (end > w->columns) end = w->columns;
            V scale = v_set(from_half(w->scales[n * w->groups + g])), shift = v_set(0);
            if (w->grid == GRID_ZEROS)
                shift = v_set(code_value(w, zero_at(w, w->zeros + n * w->zero_bytes, g)));
            for (int64_t k = begin; k < end; k += LANES) {
                V value = decode(w, table, neighbours(row, row + w->second_plane, k, bits), bits);
                value = v_mul(scale, v_sub(value, shift));
                if (k + LANES <= end) {
                    if (type == FLOAT32)
                        v_store((float *)out + n * w->columns + k, value);
                    else
                        v_store_bfloat16((uint16_t *)out + n * w->columns + k, value);
                    continue;
                }
                float rest[LANES];
                v_store(rest, value);
                for (int64_t i = 0; k + i < end; i++) {
                    if (type == FLOAT32)
                        ((float *)out)[n * w->columns + k + i] = rest[i];
                    else
                        ((uint16_t *)out)[n * w->columns + k + i] = to_bfloat16(rest[i]);
                }
            }
        }
    }
}

static void dequantize(const Matrix *w, void *out, int type, int64_t first, int64_t last) {
    switch (w->bits) {
    case 2: dequantize_of(w, out, type, first, last, 2); break;
    case 3: dequantize_of(w, out, type, first, last, 3); break;
    case 4: dequantize_of(w, out, type, first, last, 4); break;
    default: dequantize_of(w, out, type, first, last, 8);
    }
}

#include "token.h"
