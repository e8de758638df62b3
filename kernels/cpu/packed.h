/* What the CPU kernels share: a packed matrix in layout version 1, one product, one dequantization.
 *
 * Every instruction set has a file of its own, compiled with its own flags, that fills a `Kernels` table; entry.c picks
 * one when the program runs. Python mirrors the structs in library.py and token_plan.py; ABI_VERSION says they still agree.
 */
#ifndef LOWBIT_PACKED_H
#define LOWBIT_PACKED_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ABI_VERSION 2
#define MOST_ROWS 8 /* rows of x in one product */

enum { GRID_FIXED = 0, GRID_ZEROS = 1, GRID_LEVELS = 2 };
enum { FLOAT32 = 0, BFLOAT16 = 1 };

/* W [rows, columns]: w = s·(q − z) or s·level[q]. In a model's plan it may be dense as well: `bits` is 16 (bfloat16) or
 * 32 (fp32) then, `codes` are the numbers, and the rest is not looked at. */
typedef struct {
    const uint8_t *codes;   /* [rows, row_bytes] */
    const uint16_t *scales; /* fp16 [rows, groups] */
    const uint8_t *zeros;   /* [rows, zero_bytes], GRID_ZEROS only */
    const float *levels;    /* [2^bits], GRID_LEVELS only */
    int64_t rows, columns, row_bytes, second_plane, group_size, groups, zero_bytes;
    int32_t bits, grid, fixed_zero, reserved;
} Matrix;

/* An adapter: y += scale·B·(A·x), A [rank, columns] and B [rows, rank], both contiguous. */
typedef struct {
    const void *a, *b;
    int64_t rank;
    float scale;
    int32_t type;
} LowRank;

/* y [count, rows] = x [count, columns]·Wᵀ + bias + adapters; x and y of one type. */
typedef struct {
    const void *x, *bias; /* bias [rows] or NULL, of the same type */
    void *y;
    const LowRank *adapters;
    int64_t count, x_stride, y_stride; /* strides in elements */
    int32_t type, adapter_count;
    int32_t add, reserved; /* add: y += instead of y = */
} Product;

/* x as a kernel wants it, made once a product. */
typedef struct {
    float *x;    /* [count, padded], in the order in which the codes come out of a register */
    float *sums; /* [count, padded / codes a lane], one sum a lane */
    float *low;  /* [count, padded ranks]: scale·(A·x), each adapter's filled up with zeros to a multiple of RANK_STEP */
    int64_t padded, sum_stride, rank;
} Prepared;

#define RANK_STEP 16 /* lanes of the widest register */

static inline int64_t padded_rank(int64_t rank) { return (rank + RANK_STEP - 1) / RANK_STEP * RANK_STEP; }

typedef struct Worker Worker; /* token.h */

typedef struct {
    int (*serves)(const Matrix *);
    int64_t (*block_columns)(int bits); /* x is padded to a multiple of this */
    void (*prepare)(const Matrix *, const Product *, Prepared *);
    void (*rows)(const Matrix *, const Product *, const Prepared *, int64_t first, int64_t last);
    void (*dequantize)(const Matrix *, void *out, int type, int64_t first, int64_t last);
    void (*token)(Worker *);
} Kernels;

extern const Kernels plain_kernels;
#ifdef LOWBIT_X86
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
#endif

static inline float from_bfloat16(uint16_t value) {
    uint32_t bits = (uint32_t)value << 16;
    float number;
    memcpy(&number, &bits, 4);
    return number;
}

/* To the nearest, ties to even, as torch rounds. */
static inline uint16_t to_bfloat16(float number) {
    uint32_t bits;
    memcpy(&bits, &number, 4);
    if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fc0;
    return (uint16_t)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

static inline float from_half(uint16_t value) {
    uint32_t sign = (uint32_t)(value & 0x8000) << 16, exponent = (value >> 10) & 31, fraction = value & 1023, bits;
    float number;
    if (exponent == 0) {
        number = (float)fraction * 5.9604644775390625e-8f; /* 2^-24 */
        memcpy(&bits, &number, 4);
        bits |= sign;
    } else {
        bits = sign | ((exponent == 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
    }
    memcpy(&number, &bits, 4);
    return number;
}

static inline float element(const void *values, int type, int64_t index) {
    return type == BFLOAT16 ? from_bfloat16(((const uint16_t *)values)[index]) : ((const float *)values)[index];
}

/* Code k of a row. */
static inline int code_at(const Matrix *w, const uint8_t *row, int64_t k) {
    switch (w->bits) {
    case 2: return (row[k >> 2] >> (2 * (k & 3))) & 3;
    case 3:
        return ((row[k >> 2] >> (2 * (k & 3))) & 3) | (((row[w->second_plane + (k >> 3)] >> (k & 7)) & 1) << 2);
    case 4: return (row[k >> 1] >> (4 * (k & 1))) & 15;
    default: return row[k];
    }
}

/* Zero point of a group of a row; 3-bit ones run on across bytes. */
static inline int zero_at(const Matrix *w, const uint8_t *row, int64_t group) {
    int64_t bit = group * w->bits;
    int word = row[bit >> 3];
    if ((bit & 7) + w->bits > 8) word |= row[(bit >> 3) + 1] << 8;
    return (word >> (bit & 7)) & ((1 << w->bits) - 1);
}

/* The number a code stands for before its group's scale, the group's own zero point left out: where there is one the
 * codes are centred, so that little cancels when the zero point's part is taken off. */
static inline float code_value(const Matrix *w, int code) {
    if (w->grid == GRID_LEVELS) return w->levels[code];
    return (float)(code - (w->grid == GRID_FIXED ? w->fixed_zero : 1 << (w->bits - 1)));
}

#endif
