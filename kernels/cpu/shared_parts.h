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
        int64_t padded = padded_rank(adapter->rank);
        memset(low, 0, (size_t)padded * 4);
        for (int64_t r = 0; r < adapter->rank; r++)
            low[r] = adapter->scale * dot(adapter->a, adapter->type, r * columns, x, columns);
        low += padded;
    }
}

/* Adds the bias to one element of y and stores it. */
static inline void put(const Product *p, int64_t m, int64_t n, float value) {
    if (p->bias) value += element(p->bias, p->type, n);
    if (p->type == BFLOAT16) {
        ((uint16_t *)p->y)[m * p->y_stride + n] = to_bfloat16(value);
        return;
    }
    float *y = (float *)p->y + m * p->y_stride + n;
    *y = p->add ? *y + value : value;
}

/* e^x to 2 units in the last place, in a form the compiler vectorizes (Cephes' polynomial). */
static inline float exp_of(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    union {
        float number;
        int32_t bits;
    } whole = {x * 1.44269504f + 12582912.0f}, power; /* 1.5·2^23: what is added to it is rounded to an integer */
    float n = whole.number - 12582912.0f, r = x - n * 0.693359375f + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    power.bits = (int32_t)((uint32_t)whole.bits << 23) + (127 << 23);
    return p * power.number;
}

#endif
