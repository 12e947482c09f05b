#include "wire/bytes.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"

namespace dqlite::wire::test {
namespace {

using namespace std::string_view_literals;

constexpr auto max_u64 = std::numeric_limits<std::uint64_t>::max();

TEST(Padded, RoundsUpToWholeWords) {
    EXPECT_EQ(padded(0), 0U);
    EXPECT_EQ(padded(1), 8U);
    EXPECT_EQ(padded(8), 8U);
    EXPECT_EQ(padded(9), 16U);
}

TEST(Writer, WritesLittleEndian) {
    Buffer out;
    Writer writer{out};
    writer.u64(0x0807'0605'0403'0201U);
    writer.u32(0x0403'0201U);
    writer.u8(0xffU);
    EXPECT_EQ(as_text(out), "\1\2\3\4\5\6\7\10\1\2\3\4\xff"sv);
}

TEST(Writer, PadsTextBehindItsNul) {
    for (const auto& [text, bytes] : {std::pair{""sv, "\0\0\0\0\0\0\0\0"sv},
                                      {"1234567"sv, "1234567\0"sv},
                                      {"12345678"sv, "12345678\0\0\0\0\0\0\0\0"sv}}) {
        Buffer out;
        Writer{out}.text(text);
        EXPECT_EQ(as_text(out), bytes);
    }
}

TEST(Writer, PadsBlobsAndWritesTheirSize) {
    Buffer out;
    Writer{out}.blob("\0\1\2"sv);
    EXPECT_EQ(as_text(out), "\3\0\0\0\0\0\0\0\0\1\2\0\0\0\0\0"sv);
    out.clear();
    Writer{out}.blob({});
    EXPECT_EQ(as_text(out), "\0\0\0\0\0\0\0\0"sv);
}

TEST(Writer, PadsRelativeToAnOrigin) {
    Buffer out(3);
    Writer writer{out};
    writer.pad(3);
    EXPECT_EQ(writer.size(), 3U);
    writer.u8(1);
    writer.pad(3);
    EXPECT_EQ(writer.size(), 11U);
}

TEST(Reader, ReadsBackWhatTheWriterWrote) {
    Body body;
    body.u64(max_u64).u32(7).u32(8).f64(-0.0).text("naïve").text("").blob("\0x\0"sv).blob({});
    Reader reader{body.bytes()};
    std::uint64_t word = 0;
    std::uint32_t half = 0;
    double real = 1;
    std::string_view text;
    ASSERT_EQ(reader.u64(word), Errc::ok);
    EXPECT_EQ(word, max_u64);
    ASSERT_EQ(reader.u32(half), Errc::ok);
    EXPECT_EQ(half, 7U);
    ASSERT_EQ(reader.u32(half), Errc::ok);
    EXPECT_EQ(half, 8U);
    ASSERT_EQ(reader.f64(real), Errc::ok);
    EXPECT_EQ(real, 0.0);
    EXPECT_TRUE(std::signbit(real));
    ASSERT_EQ(reader.text(text), Errc::ok);
    EXPECT_EQ(text, "naïve");
    ASSERT_EQ(reader.text(text), Errc::ok);
    EXPECT_EQ(text, "");
    ASSERT_EQ(reader.blob(text), Errc::ok);
    EXPECT_EQ(text, "\0x\0"sv);
    ASSERT_EQ(reader.blob(text), Errc::ok);
    EXPECT_EQ(text, "");
    EXPECT_TRUE(reader.at_end());
    EXPECT_EQ(reader.position(), body.bytes().size());
}

TEST(Reader, RefusesToReadPastTheEnd) {
    const Body body = Body{}.raw("1234567");
    Reader reader{body.bytes()};
    std::uint64_t word = 0;
    double real = 0;
    Bytes raw;
    EXPECT_EQ(reader.u64(word), Errc::truncated);
    EXPECT_EQ(reader.f64(real), Errc::truncated);
    EXPECT_EQ(reader.raw(8, raw), Errc::truncated);
    EXPECT_EQ(reader.raw(max_u64, raw), Errc::truncated);
    ASSERT_EQ(reader.raw(4, raw), Errc::ok);
    EXPECT_EQ(as_text(raw), "1234");
    std::uint32_t half = 0;
    EXPECT_EQ(reader.u32(half), Errc::truncated);
    EXPECT_EQ(reader.position(), 4U);
}

TEST(Reader, RefusesTextWithoutNul) {
    Reader reader{as_bytes("12345678")};
    std::string_view text;
    EXPECT_EQ(reader.text(text), Errc::unterminated_text);
    EXPECT_EQ(reader.position(), 0U);
}

TEST(Reader, RefusesTextAtTheEnd) {
    Reader reader{{}};
    std::string_view text;
    EXPECT_EQ(reader.text(text), Errc::truncated);
}

TEST(Reader, RefusesTextWhosePaddingIsCutOff) {
    Reader reader{as_bytes("12\0"sv)};
    std::string_view text;
    EXPECT_EQ(reader.text(text), Errc::truncated);
}

TEST(Reader, ComparesABlobsSizeBeforeRoundingItUp) {
    for (const auto size : {max_u64, max_u64 - 6, max_u64 - 7, std::uint64_t{1} << 63U,
                            std::uint64_t{17}, std::uint64_t{9}}) {
        const Body body = Body{}.u64(size).u64(0);
        Reader reader{body.bytes()};
        std::string_view blob;
        EXPECT_EQ(reader.blob(blob), Errc::truncated) << size;
        EXPECT_EQ(reader.position(), 0U);
    }
}

TEST(Reader, RefusesABlobWhosePaddingIsCutOff) {
    const Body body = Body{}.u64(3).raw("abc");
    Reader reader{body.bytes()};
    std::string_view blob;
    EXPECT_EQ(reader.blob(blob), Errc::truncated);
    EXPECT_EQ(reader.position(), 0U);
}

TEST(Reader, IgnoresWhatABlobsPaddingHolds) {
    const Body body = Body{}.u64(3).raw("abcZZZZZ");
    Reader reader{body.bytes()};
    std::string_view blob;
    ASSERT_EQ(reader.blob(blob), Errc::ok);
    EXPECT_EQ(blob, "abc");
    EXPECT_TRUE(reader.at_end());
}

TEST(Message, NamesEveryErrorDifferently) {
    std::vector<std::string_view> seen;
    for (int i = 0; i <= static_cast<int>(Errc::bad_file); ++i) {
        const auto text = message(static_cast<Errc>(i));
        EXPECT_NE(text, "unknown error");
        EXPECT_EQ(std::count(seen.begin(), seen.end(), text), 0) << text;
        seen.push_back(text);
    }
    EXPECT_EQ(message(static_cast<Errc>(255)), "unknown error");
}

}  // namespace
}  // namespace dqlite::wire::test
