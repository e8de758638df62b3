// What a lane of the product loads of W: a chunk of codes of a row, and the scales and zero points of its sums.
#pragma once
#include "decode.cuh"

#define CHUNK 64
#define STEP (4 * CHUNK)
// A scale changes inside a chunk only where groups are of 32.
#define FLUSHES (GROUP == 32 ? 2 : 1)
#define FLUSH_UNITS (2 / FLUSHES)
#define SPAN (CHUNK / FLUSHES)
// 16-byte loads of a chunk in the first plane.
#define LOADS (CHUNK * (BITS == 3 ? 2 : BITS) / 128)

__device__ __forceinline__ uint4 load_codes(const u8* pointer) {
    uint4 v;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0,%1,%2,%3}, [%4];"
        : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(pointer));
    return v;
}

// One lane's codes of one row.
struct Chunk {
    uint4 low[LOADS];
#if BITS == 3
    uint2 high;
#endif
};

// Beyond the row's end the last bytes are read again: they meet zeros in x.
__device__ __forceinline__ Chunk load_chunk(const u8* row, int chunk, int plane0, int plane1) {
    Chunk c;
#pragma unroll
    for (int i = 0; i < LOADS; i++) c.low[i] = load_codes(row + min((chunk * LOADS + i) * 16, plane0 - 16));
#if BITS == 3
    c.high = *reinterpret_cast<const uint2*>(row + plane0 + min(chunk * 8, plane1 - 8));
#endif
    return c;
}

// Scales and zero points of one row for the two neighbouring chunks whose sums a lane ends up with. Kept as loaded, so that
// asking early does not wait early.
struct Side {
#if GROUP == 64
    u32 scales;                 // two halves
    u16 zeros;                  // both zero points, from their first bit on
#else
    u16 scale[2 * FLUSHES];
    u16 zero[2 * FLUSHES];
#endif
};

__device__ __forceinline__ u32 load_zero_bits(const u8* zeros, int bit, int zero_row) {
    const int byte = min(bit >> 3, zero_row - 1);
    u32 word = __ldg(zeros + byte);
    if (BITS == 3 || (BITS == 8 && GROUP == 64)) word |= u32(__ldg(zeros + min(byte + 1, zero_row - 1))) << 8;
    return word;
}

__device__ __forceinline__ Side load_side(
    const u16* scales, const u8* zeros, int chunk, int groups, int group_shift, int zero_row) {
    Side side;
#if GROUP == 64
    const int group = min(chunk, groups - 2);
    side.scales = __ldg(reinterpret_cast<const u32*>(scales + group));
#if KIND == KIND_ZEROS
    side.zeros = load_zero_bits(zeros, group * BITS, zero_row);
#endif
#else
#pragma unroll
    for (int i = 0; i < 2 * FLUSHES; i++) {
        const int group = min((chunk * CHUNK + i * SPAN) >> group_shift, groups - 1);
        side.scale[i] = __ldg(scales + group);
#if KIND == KIND_ZEROS
        side.zero[i] = load_zero_bits(zeros, group * BITS, zero_row);
#endif
    }
#endif
    return side;
}

__device__ __forceinline__ float scale_of(const Side& side, int i) {
#if GROUP == 64
    return __half2float(__ushort_as_half(u16(i ? side.scales >> 16 : side.scales)));
#else
    return __half2float(__ushort_as_half(side.scale[i]));
#endif
}

__device__ __forceinline__ float zero_of(const Side& side, int i, int chunk, int groups, int group_shift, int fixed_zero) {
#if KIND == KIND_ZEROS
    constexpr u32 mask = (1u << BITS) - 1u;
#if GROUP == 64
    const int first = (min(chunk, groups - 2) * BITS) & 7;
    return small_float(u32(side.zeros) >> (first + i * BITS), mask);
#else
    const int group = min((chunk * CHUNK + i * SPAN) >> group_shift, groups - 1);
    return small_float(u32(side.zero[i]) >> ((group * BITS) & 7), mask);
#endif
#else
    return float(fixed_zero);
#endif
}
