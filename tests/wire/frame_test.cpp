#include "wire/frame.h"

#include <cstring>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"

namespace dqlite::wire::test {
namespace {

/// Feeds `bytes` as one read of exactly that size.
void feed(Framer& framer, Bytes bytes) {
    const auto room = framer.prepare(bytes.size());
    ASSERT_GE(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    framer.commit(bytes.size());
}

Buffer filled(std::size_t size, unsigned char with) {
    return Buffer(size, std::byte{with});
}

Buffer operator+(Buffer a, const Buffer& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// Frames of growing size, each filled with its own index.
Buffer stream_of(std::size_t frames) {
    Buffer out;
    for (std::size_t i = 0; i < frames; ++i) {
        const auto index = static_cast<std::uint8_t>(i);
        out = std::move(out) + framed(index, filled(8 * (1 + i * i), index), index);
    }
    return out;
}

/// Takes what is whole, and checks it against stream_of().
std::size_t take(Framer& framer, std::size_t next) {
    Frame frame;
    while (framer.next(frame) == Errc::ok) {
        const auto index = static_cast<std::uint8_t>(next);
        EXPECT_EQ(frame.type, index);
        EXPECT_EQ(frame.schema, index);
        EXPECT_EQ(Buffer(frame.body.begin(), frame.body.end()),
                  filled(8 * (1 + next * next), index));
        ++next;
    }
    return next;
}

TEST(ParseFrame, ReadsAllFieldsAndIgnoresTheReservedOnes) {
    auto bytes = framed(7, as_bytes("abcdefgh"), 1);
    bytes[6] = bytes[7] = std::byte{0xff};
    Frame frame;
    std::size_t size = 0;
    ASSERT_EQ(parse_frame(bytes, {}, frame, size), Errc::ok);
    EXPECT_EQ(size, 16U);
    EXPECT_EQ(frame.type, 7);
    EXPECT_EQ(frame.schema, 1);
    EXPECT_TRUE(frame.is(ResponseType::rows));
    EXPECT_EQ(as_text(frame.body), "abcdefgh");
}

TEST(ParseFrame, TellsHowManyBytesItNeeds) {
    const auto bytes = framed(1, filled(24, 1));
    Frame frame;
    for (std::size_t given = 0; given < bytes.size(); ++given) {
        std::size_t needed = 0;
        EXPECT_EQ(parse_frame(Bytes{bytes}.first(given), {}, frame, needed), Errc::incomplete);
        EXPECT_EQ(needed, given < header_size ? header_size : bytes.size());
    }
}

TEST(ParseFrame, RefusesAnEmptyBody) {
    Frame frame;
    std::size_t size = 0;
    EXPECT_EQ(parse_frame(framed(8, {}), {}, frame, size), Errc::empty_frame);
}

TEST(ParseFrame, AppliesTheLimitToTheHeaderAlone) {
    const Limits limits{.max_body = 16};
    Frame frame;
    std::size_t size = 0;
    EXPECT_EQ(parse_frame(framed(8, filled(16, 0)), limits, frame, size), Errc::ok);
    const auto large = framed(8, filled(24, 0));
    EXPECT_EQ(parse_frame(Bytes{large}.first(header_size), limits, frame, size),
              Errc::frame_too_large);
    Buffer largest;
    Writer{largest}.u64(0xffff'ffffU);
    EXPECT_EQ(parse_frame(largest, {}, frame, size), Errc::frame_too_large);
    EXPECT_EQ(parse_frame(largest, {.max_body = ~std::size_t{0}}, frame, size), Errc::incomplete);
    EXPECT_EQ(size, std::size_t{0xffff'ffffU} * 8 + 8);
}

TEST(Framer, TakesABytesAtATime) {
    const auto stream = stream_of(20);
    Framer framer;
    std::size_t taken = 0;
    for (const auto byte : stream) {
        feed(framer, Bytes{&byte, 1});
        taken = take(framer, taken);
    }
    EXPECT_EQ(taken, 20U);
    EXPECT_EQ(framer.buffered(), 0U);
}

TEST(Framer, TakesAnySplit) {
    const auto stream = stream_of(60);
    for (unsigned seed = 0; seed < 50; ++seed) {
        std::mt19937 random{seed};
        Framer framer;
        std::size_t taken = 0;
        for (std::size_t at = 0; at < stream.size();) {
            const auto size = std::min<std::size_t>(
                std::uniform_int_distribution<std::size_t>{1, 9000}(random), stream.size() - at);
            feed(framer, Bytes{stream}.subspan(at, size));
            at += size;
            // Frames may also pile up before they are taken.
            if (random() % 3 != 0) taken = take(framer, taken);
        }
        EXPECT_EQ(take(framer, taken), 60U) << "seed " << seed;
        EXPECT_EQ(framer.buffered(), 0U);
    }
}

TEST(Framer, TakesAFrameMuchLargerThanOneRead) {
    const auto large = framed(7, filled(3 << 20, 0x5a));
    Framer framer;
    Frame frame;
    for (std::size_t at = 0; at < large.size();) {
        const auto room = framer.prepare();
        ASSERT_GE(room.size(), 64U * 1024);
        const auto size = std::min(room.size(), large.size() - at);
        std::memcpy(room.data(), large.data() + at, size);
        framer.commit(size);
        at += size;
        const auto error = framer.next(frame);
        ASSERT_EQ(error, at < large.size() ? Errc::incomplete : Errc::ok);
    }
    EXPECT_EQ(Buffer(frame.body.begin(), frame.body.end()), filled(3 << 20, 0x5a));
}

TEST(Framer, MakesNoRoomForWhatAHeaderOnlyPromises) {
    Framer framer{{.max_body = std::size_t{1} << 40U}};
    Buffer header;
    Writer{header}.u64(0xffff'ffffU);
    feed(framer, header);
    Frame frame;
    EXPECT_EQ(framer.next(frame), Errc::incomplete);
    EXPECT_LE(framer.prepare().size(), 256U * 1024);
}

TEST(Framer, KeepsItsMemoryWithinTheLimit) {
    constexpr std::size_t limit = 1 << 20;
    Framer framer{{.max_body = limit}};
    const auto large = framed(7, filled(limit, 1));
    std::size_t at = 0;
    while (at < large.size()) {
        const auto room = framer.prepare(4096);
        EXPECT_LE(framer.buffered() + room.size(), limit + header_size + 4096);
        const auto size = std::min<std::size_t>({room.size(), 4096, large.size() - at});
        std::memcpy(room.data(), large.data() + at, size);
        framer.commit(size);
        at += size;
    }
    Frame frame;
    EXPECT_EQ(framer.next(frame), Errc::ok);
}

TEST(Framer, GrowsByDoublingWithoutALimitToo) {
    Framer framer{{.max_body = ~std::size_t{0}}};
    framer.commit(framer.prepare().size());
    EXPECT_EQ(framer.prepare().size(), 64U * 1024);
    framer.commit(std::size_t{64} * 1024);
    EXPECT_EQ(framer.prepare(1).size(), 128U * 1024);
}

TEST(Framer, StaysInErrorOnceOutOfStep) {
    Framer framer;
    feed(framer, framed(8, {}));
    Frame frame;
    EXPECT_EQ(framer.next(frame), Errc::empty_frame);
    feed(framer, framed(8, filled(8, 0)));
    EXPECT_EQ(framer.next(frame), Errc::empty_frame);
    framer.clear();
    feed(framer, framed(8, filled(8, 0)));
    EXPECT_EQ(framer.next(frame), Errc::ok);
}

TEST(Framer, CannotBeCommittedPastItsRoom) {
    Framer framer;
    const auto room = framer.prepare(8);
    framer.commit(room.size() + 1);
    EXPECT_EQ(framer.buffered(), room.size());
}

TEST(Framer, TrimGivesBackALargeBufferOnlyWhenNothingIsUnread) {
    Framer framer;
    feed(framer, framed(7, filled(1 << 20, 1)) + framed(8, filled(8, 2)));
    Frame frame;
    ASSERT_EQ(framer.next(frame), Errc::ok);
    framer.trim();
    ASSERT_EQ(framer.next(frame), Errc::ok);
    EXPECT_EQ(frame.type, 8);
    framer.trim();
    EXPECT_LE(framer.prepare().size(), 128U * 1024);
}

TEST(Framer, GivesABodyPastItsLimitPieceByPiece) {
    Framer framer{Limits{.max_body = 16}};
    const Buffer bytes = framed(9, filled(64, 7));
    feed(framer, Bytes{bytes}.first(5));
    Header header;
    EXPECT_EQ(parse_header(framer.unread(), header), Errc::incomplete);
    feed(framer, Bytes{bytes}.subspan(5));
    ASSERT_EQ(parse_header(framer.unread(), header), Errc::ok);
    EXPECT_EQ(header.words, 8U);
    EXPECT_EQ(header.type, 9U);
    Frame frame;
    EXPECT_EQ(framer.next(frame), Errc::frame_too_large);
    framer.take(header_size);
    EXPECT_EQ(framer.unread().size(), 64U);
    framer.take(60);
    EXPECT_EQ(framer.unread().size(), 4U);
    EXPECT_EQ(framer.unread().front(), std::byte{7});
    framer.take(100);
    EXPECT_EQ(framer.buffered(), 0U);
}

}  // namespace
}  // namespace dqlite::wire::test
