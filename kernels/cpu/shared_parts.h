/* Parts of a product that the compiler vectorizes well by itself; included by each instruction set's file. */
#ifndef LOWBIT_SHARED_PARTS_H
#define LOWBIT_SHARED_PARTS_H

#include "packed.h"

static inline float dot_float32(const float *a, const float *b, int64_t n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t i = 0; i < n; i++) total += a[i] * b[i];
    return total;
}

static inline float dot_bfloat16(const uint16_t *a, const float *b, int64_t n) {
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int64_t i = 0; i < n; i++) {
        union {
            uint32_t bits;
            float number;
        } value = {(uint32_t)a[i] << 16};
        total += value.number * b[i];
    }
    return total;
}

static inline float dot(const void *a, int type, int64_t offset, const float *b, int64_t n) {
    return type == BFLOAT16 ? dot_bfloat16((const uint16_t *)a + offset, b, n)
                            : dot_float32((const float *)a + offset, b, n);
}

/* x [columns] of one row as fp32. */
static inline void widen(const Product *p, int64_t m, int64_t columns, float *out) {
    if (p->type == BFLOAT16) {
        const uint16_t *x = (const uint16_t *)p->x + m * p->x_stride;
        for (int64_t k = 0; k < columns; k++) out[k] = from_bfloat16(x[k]);
    } else {
        memcpy(out, (const float *)p->x + m * p->x_stride, (size_t)columns * 4);
    }
}

/* scale·(A·x) of every adapter, one after another, for row m of x as fp32. */
static inline void low_products(const Product *p, int64_t columns, const float *x, float *low) {
    for (int i = 0; i < p->adapter_count; i++) {
        const LowRank *adapter = &p->adapters[i];
        for (int64_t r = 0; r < adapter->rank; r++)
            *low++ = adapter->scale * dot(adapter->a, adapter->type, r * columns, x, columns);
    }
}

/* Adds bias and adapters to one element of y and stores it. */
static inline void finish(const Product *p, const Prepared *x, int64_t m, int64_t n, float value) {
    const float *low = x->low + m * x->rank;
    for (int i = 0; i < p->adapter_count; i++) {
        const LowRank *adapter = &p->adapters[i];
        value += dot(adapter->b, adapter->type, n * adapter->rank, low, adapter->rank);
        low += adapter->rank;
    }
    if (p->bias) value += element(p->bias, p->type, n);
    if (p->type == BFLOAT16)
        ((uint16_t *)p->y)[m * p->y_stride + n] = to_bfloat16(value);
    else
        ((float *)p->y)[m * p->y_stride + n] = value;
}

#endif
