/* The kernels in plain C: what serves where no vector code does, and any group size. */
#include "shared_parts.h"

static int serves(const Matrix *w) {
    return w->bits == 2 || w->bits == 3 || w->bits == 4 || w->bits == 8 || w->bits == 16 || w->bits == 32;
}

static int64_t block_columns(int bits) {
    (void)bits;
    return 1;
}

static void prepare(const Matrix *w, const Product *p, Prepared *out) {
    for (int64_t m = 0; m < p->count; m++) {
        float *x = out->x + m * out->padded;
        widen(p, m, w->columns, x);
        low_products(p, w->columns, x, out->low + m * out->rank);
    }
}

/* The order in which `rows` reads x. */
static void arrange(int bits, const float *wide, int64_t padded, float *x, float *sums) {
    (void)bits;
    (void)sums;
    memcpy(x, wide, (size_t)padded * 4);
}

/* `count` rows [n] of `type` (up to four, `stride` elements apart) times x. */
static void dots(const void *rows, int type, int64_t stride, int count, const float *x, int64_t n, float *out) {
    for (int r = 0; r < count; r++) out[r] = dot(rows, type, r * stride, x, n);
}

/* out [n] = the sum of `count` rows [n], each times its weight. */
static void weighted(const void *rows, int type, const float *weights, int64_t count, int64_t n, float *out) {
    memset(out, 0, (size_t)n * 4);
    for (int64_t l = 0; l < count; l++)
        for (int64_t i = 0; i < n; i++) out[i] += weights[l] * element(rows, type, l * n + i);
}

static float adapters_at(const Product *p, const Prepared *x, int64_t m, int64_t n) {
    const float *low = x->low + m * x->rank;
    float value = 0;
    for (int i = 0; i < p->adapter_count; i++) {
        const LowRank *adapter = &p->adapters[i];
        value += dot(adapter->b, adapter->type, n * adapter->rank, low, adapter->rank);
        low += padded_rank(adapter->rank);
    }
    return value;
}

static void dense_rows(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    for (int64_t m = 0; m < p->count; m++)
        for (int64_t n = first; n < last; n++)
            put(p, m, n,
                dot(w->codes, w->bits == 16 ? BFLOAT16 : FLOAT32, n * w->columns, x->x + m * x->padded, w->columns) +
                    adapters_at(p, x, m, n));
}

/* One row of W as fp32, exactly what dequantizing means. */
static void dequantize_row(const Matrix *w, int64_t n, const float *table, float *out) {
    const uint8_t *row = w->codes + n * w->row_bytes;
    for (int64_t g = 0; g < w->groups; g++) {
        int64_t begin = g * w->group_size, end = begin + w->group_size;
        if (end > w->columns) end = w->columns;
        float scale = from_half(w->scales[n * w->groups + g]), shift = 0;
        if (w->grid == GRID_ZEROS) shift = code_value(w, zero_at(w, w->zeros + n * w->zero_bytes, g));
        for (int64_t k = begin; k < end; k++) out[k] = scale * (table[code_at(w, row, k)] - shift);
    }
}

static void fill(const Matrix *w, float *table) {
    for (int code = 0; code < 1 << w->bits; code++) table[code] = code_value(w, code);
}

static void rows(const Matrix *w, const Product *p, const Prepared *x, int64_t first, int64_t last) {
    float table[256];
    /* Group by group, so that the row needs no memory of its own. */
    float part[64];
    if (w->bits >= 16) {
        dense_rows(w, p, x, first, last);
        return;
    }
    fill(w, table);
    for (int64_t n = first; n < last; n++) {
        const uint8_t *row = w->codes + n * w->row_bytes;
        float total[MOST_ROWS] = {0};
        for (int64_t g = 0; g < w->groups; g++) {
            int64_t end = (g + 1) * w->group_size < w->columns ? (g + 1) * w->group_size : w->columns;
            float scale = from_half(w->scales[n * w->groups + g]), shift = 0;
            if (w->grid == GRID_ZEROS) shift = code_value(w, zero_at(w, w->zeros + n * w->zero_bytes, g));
            for (int64_t k = g * w->group_size; k < end; k += 64) {
                int64_t size = end - k < 64 ? end - k : 64;
                for (int64_t i = 0; i < size; i++) part[i] = table[code_at(w, row, k + i)] - shift;
                for (int64_t m = 0; m < p->count; m++)
                    total[m] += scale * dot_float32(part, x->x + m * x->padded + k, size);
            }
        }
        for (int64_t m = 0; m < p->count; m++) put(p, m, n, total[m] + adapters_at(p, x, m, n));
    }
}

static void dequantize(const Matrix *w, void *out, int type, int64_t first, int64_t last) {
    float table[256];
    fill(w, table);
    for (int64_t n = first; n < last; n++) {
        const uint8_t *row = w->codes + n * w->row_bytes;
        if (type == FLOAT32) {
            dequantize_row(w, n, table, (float *)out + n * w->columns);
            continue;
        }
        for (int64_t g = 0; g < w->groups; g++) {
            int64_t end = (g + 1) * w->group_size < w->columns ? (g + 1) * w->group_size : w->columns;
            float scale = from_half(w->scales[n * w->groups + g]), shift = 0;
            if (w->grid == GRID_ZEROS) shift = code_value(w, zero_at(w, w->zeros + n * w->zero_bytes, g));
            for (int64_t k = g * w->group_size; k < end; k++)
                ((uint16_t *)out)[n * w->columns + k] = to_bfloat16(scale * (table[code_at(w, row, k)] - shift));
        }
    }
}

#include "token.h"

const Kernels plain_kernels = {serves, block_columns, prepare, rows, dequantize, token};
