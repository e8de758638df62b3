// A turn of the product in 8-bit integers: codes as u8 by one AND for four, x of one row as fixed point in two signed
// digits, exact 32-bit sums. For integer codes of 2, 3 and 4 bits and sm_80 on. Seen at 3 bits: 171 logic instructions,
// shifts and permutes a turn of two tiles, where multiply_float.cuh takes 286.
//
// x of a SPAN of columns is rounded to multiples of step = max|x| / 32639: an error of half a step, 2^-16 of the largest.
// x = step · (256·h + l), h and l in -128..127: both are columns of B, h of chunk c in column c, l in column 4 + c.
//
// Codes are multiplied where they lie in a byte: those of place j as 2^(BITS·j)·q, with a sum for every place, lowest first,
// joined by multiplying what is there so far, so that all end with the same FACTOR. The third bits of 3 are codes of their own.
#pragma once
#include "weights.cuh"

// What a sum comes out multiplied by.
#define FACTOR (BITS == 4 ? 16.0f : 64.0f)

// A unit is 8 quads, a register of B each: codes quad_first(i) + n·QUAD_DISTANCE, n = 0..3. Quads 2i and 2i + 1 are neighbours.
#define QUADS 8
#define QUAD_DISTANCE (BITS == 2 ? 4 : BITS == 3 ? 8 : 2)
__device__ __forceinline__ constexpr int quad_first(int i) {
#if BITS == 2
    return 16 * (i >> 2) + (i & 3);
#elif BITS == 3
    return i;
#else
    return 8 * (i >> 1) + (i & 1);
#endif
}

__device__ __forceinline__ void mma(int (&c)[4], u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
    asm("mma.sync.aligned.m16n8k32.row.col.s32.u8.s8.s32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3]) : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

// The row's digits into shared memory in quad order, l before h, zeros beyond K; for every SPAN its step / FACTOR (NaN
// where an x is not finite) and the sum of x as rounded. A thread takes two quads of a few units, their loads together.
#define PIECES 4
#define LARGEST 32639.0f  // 256·127 + 127
__device__ __forceinline__ void stage_activations(
    const T* x, long long, int, int K, int padded, T* staged, float2* sums) {
    const int count = padded / 8, aligned = (reinterpret_cast<size_t>(x) & 3) == 0;
    u8* digits = reinterpret_cast<u8*>(staged);
    for (int first = threadIdx.x; first < count; first += PIECES * blockDim.x) {
        T2 held[PIECES][4];
#pragma unroll
        for (int p = 0; p < PIECES; p++)
#pragma unroll
            for (int n = 0; n < 4; n++) {
                const int index = first + p * blockDim.x;
                const int k = (index >> 2) * UNIT + quad_first(2 * (index & 3)) + n * QUAD_DISTANCE;
                if (aligned && k + 1 < K) {
                    held[p][n] = *reinterpret_cast<const T2*>(x + k);
                } else {
                    held[p][n].x = k < K ? x[k] : from_float(0.0f);
                    held[p][n].y = k + 1 < K ? x[k + 1] : from_float(0.0f);
                }
            }
#pragma unroll
        for (int p = 0; p < PIECES; p++) {
            const int index = first + p * blockDim.x;
            if (index >= count) break;  // whole warps: count is a multiple of 32
            T2 most = __habs2(held[p][0]);
#pragma unroll
            for (int n = 1; n < 4; n++) most = __hmax2_nan(most, __habs2(held[p][n]));
            u32 top = __float_as_uint(to_float(__hmax_nan(most.x, most.y)));
#pragma unroll
            for (int lanes = 1; lanes < SPAN / 8; lanes *= 2) top = max(top, __shfl_xor_sync(0xFFFFFFFFu, top, lanes));
            const float step = __uint_as_float(max(top, 0x0D800000u)) * (1.0f / LARGEST);  // of 2^-100 at least
            const float per_step = __fdividef(1.0f, step);
            // 3·2^22 + 0x8080 + x / step: the bytes of its mantissa are the digits plus 128.
            constexpr float magic = 12582912.0f + 32896.0f;
            u32 fixed[4][2], total = 0;
#pragma unroll
            for (int n = 0; n < 4; n++) {
                fixed[n][0] = __float_as_uint(fmaf(to_float(held[p][n].x), per_step, magic));
                fixed[n][1] = __float_as_uint(fmaf(to_float(held[p][n].y), per_step, magic));
                total += fixed[n][0] + fixed[n][1];
            }
            int sum = int(total - 8u * (0x4B400000u + 0x8080u));
#pragma unroll
            for (int lanes = 1; lanes < SPAN / 8; lanes *= 2) sum += __shfl_xor_sync(0xFFFFFFFFu, sum, lanes);
            if (index % (SPAN / 8) == 0) {
                const float scale = top >= 0x7F800000u ? __uint_as_float(0x7FC00000u) : step;
                sums[index / (SPAN / 8)] = make_float2(scale / FACTOR, scale * float(sum));
            }
            u32 low[2], high[2];
#pragma unroll
            for (int q = 0; q < 2; q++) {
                const u32 even = __byte_perm(fixed[0][q], fixed[1][q], 0x5140);
                const u32 odd = __byte_perm(fixed[2][q], fixed[3][q], 0x5140);
                low[q] = __byte_perm(even, odd, 0x5410) ^ 0x80808080u;
                high[q] = __byte_perm(even, odd, 0x7632) ^ 0x80808080u;
            }
            reinterpret_cast<uint2*>(digits)[index] = make_uint2(low[0], low[1]);
            reinterpret_cast<uint2*>(digits + padded)[index] = make_uint2(high[0], high[1]);
        }
    }
}

// What a lane needs besides its codes.
struct Product {
    const u8* from;  // its column of B: a digit of the chunk it feeds, or zeros, always the same ones
    int step, unit;
    const float2* sums;
    int own_chunk, groups, group_shift, fixed_zero;
    float digit, zeros;  // what its sums are worth; whether the zero points are its to subtract

    __device__ __forceinline__ Product(
        const T* staged, const T* nothing, const float2* sums, const u32*, int lane, int, int padded, int groups,
        int group_shift, int fixed_zero)
        : sums(sums), own_chunk(2 * (lane & 1)), groups(groups), group_shift(group_shift), fixed_zero(fixed_zero) {
        const int g = lane >> 2, t = lane & 3;
        const bool feeds = (g & 3) == t;
        from = reinterpret_cast<const u8*>(feeds ? staged : nothing);
        if (feeds) from += (g < 4 ? padded : 0) + t * CHUNK;
        step = feeds ? STEP : 0, unit = feeds ? UNIT : 0;
        digit = t < 2 ? 256.0f : 1.0f, zeros = t < 2 ? 1.0f : 0.0f;
    }

    __device__ __forceinline__ void multiply(
        int turn, const Chunk (&now)[TILES][2], const Side (&side)[TILES][2], float (&out)[TILES][2]) const {
        u32 b[2][QUADS];
#pragma unroll
        for (int u = 0; u < 2; u++)
#pragma unroll
            for (int v = 0; v < 2; v++)
                reinterpret_cast<uint4*>(b[u])[v] = reinterpret_cast<const uint4*>(from + turn * step + u * unit)[v];
#pragma unroll
        for (int f = 0; f < FLUSHES; f++) {
            int c[TILES][4];
#pragma unroll
            for (int i = 0; i < TILES; i++) sum_units(c[i], now[i], b, f * FLUSH_UNITS);
#pragma unroll
            for (int j = 0; j < 2; j++) {
                const int chunk = turn * 4 + own_chunk;
                const float2 sum = sums[(chunk + j) * FLUSHES + f];
                const float correction = zeros * sum.y, worth = digit * sum.x;
#pragma unroll
                for (int i = 0; i < TILES; i++)
#pragma unroll
                    for (int r = 0; r < 2; r++) {
                        // |c| < 2^22, so a mantissa holds it
                        const float number = __int_as_float(c[i][2 * r + j] + 0x4B400000) - 12582912.0f;
                        const float zero = zero_of(side[i][r], j * FLUSHES + f, chunk, groups, group_shift, fixed_zero);
                        out[i][r] += scale_of(side[i][r], j * FLUSHES + f) * (worth * number - zero * correction);
                    }
            }
        }
    }

private:
    // c = FACTOR · codes · digits of FLUSH_UNITS units from `first` on.
    static __device__ __forceinline__ void sum_units(int (&c)[4], const Chunk (&rows)[2], const u32 (&b)[2][QUADS], int first) {
        const u32 *w0 = reinterpret_cast<const u32*>(rows[0].low), *w1 = reinterpret_cast<const u32*>(rows[1].low);
#if BITS == 3
        constexpr int places = 5, factor = 4;
        u32 even[2][2], odd[2][2], high[2][2], shifted[2][2];
#pragma unroll
        for (int u = first; u < first + FLUSH_UNITS; u++)
#pragma unroll
            for (int r = 0; r < 2; r++) {
                const u32* w = (r ? w1 : w0) + 2 * u;
                even[u][r] = __byte_perm(w[0], w[1], 0x6420);
                odd[u][r] = __byte_perm(w[0], w[1], 0x7531);
                high[u][r] = u ? rows[r].high.y : rows[r].high.x;
                shifted[u][r] = high[u][r] >> 1;
            }
#else
        constexpr int places = 8 / BITS, factor = 1 << BITS;
#endif
#pragma unroll
        for (int place = 0; place < places; place++) {
            int sum[4] = {};
#pragma unroll
            for (int u = first; u < first + FLUSH_UNITS; u++) {
#if BITS == 3  // a third bit of one place is worth what the first two are in the next
                const u32 third = 0x01010101u << (2 * place), both = 0x03030303u << (2 * (place - 1));
                if (place < 4)
                    mma(sum, high[u][0] & third, high[u][1] & third, shifted[u][0] & third, shifted[u][1] & third,
                        b[u][2 * place], b[u][2 * place + 1]);
                if (place)
                    mma(sum, even[u][0] & both, even[u][1] & both, odd[u][0] & both, odd[u][1] & both, b[u][place - 1],
                        b[u][place + 3]);
#else
                const u32 mask = (BITS == 4 ? 0x0F0F0F0Fu : 0x03030303u) << (BITS * place);
#pragma unroll
                for (int v = 0; v < BITS; v += 2) {
                    const int w = u * BITS + v;
                    mma(sum, w0[w] & mask, w1[w] & mask, w0[w + 1] & mask, w1[w + 1] & mask, b[u][v * places + place],
                        b[u][(v + 1) * places + place]);
                }
#endif
            }
#pragma unroll
            for (int j = 0; j < 4; j++) c[j] = place ? factor * c[j] + sum[j] : sum[j];
        }
    }
};
