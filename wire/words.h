// Little endian words in memory of any alignment: what reading and writing are made of. Private to
// the layer.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dqlite::wire {

/// Reverses the bytes of `v` where the machine is not little endian.
template <std::unsigned_integral T>
[[nodiscard]] constexpr T little_endian(T v) noexcept {
    if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
        return v;
    } else {
        T r = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            r = static_cast<T>((r << 8U) | ((v >> (8U * i)) & 0xffU));
        }
        return r;
    }
}

/// The caller has made sure that sizeof(T) bytes are there.
template <std::unsigned_integral T>
[[nodiscard]] inline T load(const std::byte* from) noexcept {
    T v;
    std::memcpy(&v, from, sizeof v);
    return little_endian(v);
}

template <std::unsigned_integral T>
inline void store(std::byte* to, T v) noexcept {
    v = little_endian(v);
    std::memcpy(to, &v, sizeof v);
}

/// Non-zero if one of the word's bytes is zero; the lowest bit set then belongs to the first one
/// (bits above it may lie).
[[nodiscard]] constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
    return (word - 0x0101'0101'0101'0101U) & ~word & 0x8080'8080'8080'8080U;
}

/// Index of the first zero byte; `mask` is what zero_bytes() gave.
[[nodiscard]] constexpr std::size_t first_zero(std::uint64_t mask) noexcept {
    return static_cast<std::size_t>(std::countr_zero(mask)) / 8;
}

}  // namespace dqlite::wire
