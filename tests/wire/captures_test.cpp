#include "tests/wire/captures.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <random>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"
#include "tests/wire/request_parser.h"
#include "wire/response.h"
#include "wire/rows.h"

namespace dqlite::wire::test {
namespace {

using namespace std::string_view_literals;

constexpr Limits limits;

template <class Response, class... Extra>
Errc try_decode(const Frame& frame, Extra... extra) {
    Response out;
    return decode(frame, limits, out, extra...);
}

/// Decodes a ROWS body to its end. `more` tells whether another follows.
Errc read_rows(const Frame& frame, bool& more) {
    RowsCursor cursor;
    if (const auto error = cursor.open(frame, limits); error != Errc::ok) return error;
    std::vector<Value> values(cursor.column_count());
    auto step = cursor.next(values);
    while (step == RowsCursor::Step::row) step = cursor.next(values);
    more = step == RowsCursor::Step::part;
    if (step != RowsCursor::Step::malformed) {
        EXPECT_NE(cursor.ends_result(), more);
    }
    return cursor.error();
}

/// Decodes one frame as the request it answers calls for.
struct DecodeAnswer {
    const Frame& frame;
    bool& more;

    Errc operator()(const Leader&) const { return try_decode<Server>(frame); }
    Errc operator()(const Client&) const { return try_decode<Welcome>(frame); }
    Errc operator()(const Open&) const { return try_decode<Db>(frame); }
    Errc operator()(const Prepare&) const { return try_decode<Stmt>(frame); }
    Errc operator()(const Exec&) const { return try_decode<Result>(frame); }
    Errc operator()(const ExecSql&) const { return try_decode<Result>(frame); }
    Errc operator()(const Query&) const { return read_rows(frame, more); }
    Errc operator()(const QuerySql&) const { return read_rows(frame, more); }
    Errc operator()(const Dump&) const { return try_decode<Files>(frame); }
    Errc operator()(const Cluster& r) const { return try_decode<Servers>(frame, r.format); }
    Errc operator()(const Describe&) const { return try_decode<Metadata>(frame); }
    template <class Other>
    Errc operator()(const Other&) const {
        return try_decode<Empty>(frame);
    }
};

class EveryCapture : public testing::TestWithParam<std::size_t> {
  protected:
    [[nodiscard]] static const Capture& capture() { return captures().at(GetParam()); }
};

TEST(Captures, AreOfFourServerBuilds) {
    EXPECT_EQ(captures().size(), 4U);
}

TEST_P(EveryCapture, EveryAnswerDecodes) {
    ASSERT_GE(capture().exchanges.size(), 50U);
    for (const auto& exchange : capture().exchanges) {
        SCOPED_TRACE(exchange.name);
        auto answers = split(exchange.response);
        auto answer = answers.begin();
        bool failed = false;
        for (const auto& request : split(exchange.request)) {
            const auto parsed = parse_request(request);
            ASSERT_TRUE(parsed);
            for (bool more = true; more;) {
                more = false;
                ASSERT_NE(answer, answers.end());
                failed = answer->is(ResponseType::failure);
                const DecodeAnswer as_called_for{*answer, more};
                EXPECT_EQ(failed ? try_decode<Failure>(*answer)
                                 : std::visit(as_called_for, parsed->request),
                          Errc::ok);
                ++answer;
            }
        }
        EXPECT_EQ(answer, answers.end());
        EXPECT_EQ(failed, exchange.failed);
    }
}

TEST_P(EveryCapture, EveryRequestIsReproduced) {
    std::size_t of_another_schema = 0;
    for (const auto& exchange : capture().exchanges) {
        SCOPED_TRACE(exchange.name);
        for (const auto& frame : split(exchange.request)) {
            const auto parsed = parse_request(frame);
            ASSERT_TRUE(parsed);
            Buffer out;
            ASSERT_EQ(std::visit([&](const auto& r) { return encode(r, out); }, parsed->request),
                      Errc::ok);
            const auto encoded = split(out).at(0);
            if (encoded.schema == frame.schema) {
                EXPECT_EQ(out, framed(frame.type, frame.body, frame.schema));
                continue;
            }
            // The recorder chose schema 1 for two parameters, where encode() keeps to what every
            // server understands: the same request otherwise.
            EXPECT_EQ(exchange.name, "params schema 1, 2 params");
            const auto again = parse_request(encoded);
            ASSERT_TRUE(again);
            EXPECT_EQ(std::get<QuerySql>(again->request).sql,
                      std::get<QuerySql>(parsed->request).sql);
            ASSERT_EQ(again->values.size(), 2U);
            EXPECT_EQ(again->values[0].as_integer(), parsed->values[0].as_integer());
            EXPECT_EQ(again->values[1].as_bytes(), parsed->values[1].as_bytes());
            ++of_another_schema;
        }
    }
    EXPECT_LE(of_another_schema, 1U);
}

TEST_P(EveryCapture, FailureBehindRowsIsReadFromTheEnd) {
    const auto& exchange = capture().at("failure with rows in front (integer overflow)");
    Failure failure;
    ASSERT_EQ(decode(split(exchange.response).at(0), limits, failure), Errc::ok);
    EXPECT_EQ(failure.code, 1U);
    EXPECT_EQ(failure.message, "integer overflow");
}

TEST_P(EveryCapture, CleanFailuresAreReadWhole) {
    Failure failure;
    ASSERT_EQ(decode(split(capture().at("exec duplicate key").response).at(0), limits, failure),
              Errc::ok);
    EXPECT_EQ(failure.code, 1555U);
    EXPECT_EQ(failure.message, "UNIQUE constraint failed: t.id");
    ASSERT_EQ(decode(split(capture().at("empty statement").response).at(0), limits, failure),
              Errc::ok);
    EXPECT_EQ(failure.code, 0U);
    EXPECT_EQ(failure.message, "empty statement");
}

TEST_P(EveryCapture, RowsInSeveralBatchesAreAllRead) {
    const auto frames = split(capture().at("rows in several batches").response);
    ASSERT_GT(frames.size(), 1U);
    RowsCursor cursor;
    std::int64_t next = 1;
    for (const auto& frame : frames) {
        ASSERT_EQ(cursor.open(frame, limits), Errc::ok);
        ASSERT_EQ(cursor.column_count(), 2U);
        std::vector<Value> values(2);
        auto step = cursor.next(values);
        for (; step == RowsCursor::Step::row; step = cursor.next(values)) {
            EXPECT_EQ(values[0].as_integer(), next++);
            EXPECT_EQ(values[1].as_bytes().size(), 30U);
        }
        EXPECT_EQ(step, &frame == &frames.back() ? RowsCursor::Step::done : RowsCursor::Step::part);
    }
    EXPECT_GT(next, 200);
}

TEST_P(EveryCapture, EveryTypeOfValueIsRead) {
    const auto frame = split(capture().at("query every type").response).at(0);
    RowsCursor cursor;
    ASSERT_EQ(cursor.open(frame, limits), Errc::ok);
    ASSERT_EQ(cursor.column_count(), 11U);
    std::vector<Value> v(11);
    ASSERT_EQ(cursor.next(v), RowsCursor::Step::row);
    EXPECT_EQ(v[0].as_integer(), 1);
    EXPECT_EQ(v[1].as_integer(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(v[2].as_real(), 1.5);
    EXPECT_EQ(v[3].as_bytes(), "h\xc3\xa9llo \xf0\x9f\x98\x80");
    EXPECT_EQ(v[4].as_bytes(), "\0\x01\xff"sv);
    EXPECT_EQ(v[5].type(), ValueType::boolean);
    EXPECT_EQ(v[5].as_integer(), 1);
    EXPECT_EQ(v[6].type(), ValueType::iso8601);
    EXPECT_EQ(v[6].as_bytes(), "2020-01-02");
    EXPECT_EQ(v[9].type(), ValueType::text);
    EXPECT_EQ(v[9].as_bytes(), "");
    EXPECT_EQ(v[10].as_real(), 9.25);
    ASSERT_EQ(cursor.next(v), RowsCursor::Step::row);
    ASSERT_EQ(cursor.next(v), RowsCursor::Step::row);
    EXPECT_EQ(v[2].as_real(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(cursor.next(v), RowsCursor::Step::done);
}

TEST_P(EveryCapture, NodesAndTheirRolesAreRead) {
    Servers servers;
    ASSERT_EQ(decode(split(capture().at("cluster with a spare").response).at(0), limits, servers),
              Errc::ok);
    ASSERT_EQ(servers.nodes.size(), 2U);
    EXPECT_EQ(servers.nodes[0].role, Role::voter);
    EXPECT_EQ(servers.nodes[1].id, 2U);
    EXPECT_EQ(servers.nodes[1].address, "127.0.0.1:9396");
    EXPECT_EQ(servers.nodes[1].role, Role::spare);
}

TEST_P(EveryCapture, DumpHoldsADatabase) {
    Files files;
    ASSERT_EQ(decode(split(capture().at("dump a small database").response).at(0), limits, files),
              Errc::ok);
    ASSERT_EQ(files.files.size(), 2U);
    EXPECT_EQ(files.files[0].name, "small");
    EXPECT_EQ(files.files[1].name, "small-wal");
    EXPECT_TRUE(as_text(files.files[0].content).starts_with("SQLite format 3\0"sv));
}

/// Hands a frame to every decoder; they must survive it, whatever it is.
void decode_all(const Frame& frame) {
    bool more = false;
    static_cast<void>(read_rows(frame, more));
    static_cast<void>(try_decode<Failure>(frame));
    static_cast<void>(try_decode<Server>(frame));
    static_cast<void>(try_decode<Servers>(frame, std::uint64_t{0}));
    static_cast<void>(try_decode<Servers>(frame, std::uint64_t{1}));
    static_cast<void>(try_decode<Stmt>(frame));
    static_cast<void>(try_decode<Files>(frame));
}

/// Decodes a frame as what it says it is.
Errc decode_by_type(const Frame& frame) {
    bool more = false;
    switch (static_cast<ResponseType>(frame.type)) {
        case ResponseType::failure:
            return try_decode<Failure>(frame);
        case ResponseType::server:
            return try_decode<Server>(frame);
        case ResponseType::welcome:
            return try_decode<Welcome>(frame);
        case ResponseType::servers:
            return try_decode<Servers>(frame);
        case ResponseType::db:
            return try_decode<Db>(frame);
        case ResponseType::stmt:
            return try_decode<Stmt>(frame);
        case ResponseType::result:
            return try_decode<Result>(frame);
        case ResponseType::rows:
            return read_rows(frame, more);
        case ResponseType::empty:
            return try_decode<Empty>(frame);
        case ResponseType::files:
            return try_decode<Files>(frame);
        case ResponseType::metadata:
            return try_decode<Metadata>(frame);
    }
    return Errc::unexpected_type;
}

TEST_P(EveryCapture, NoAnswerCutShortIsTaken) {
    for (const auto& exchange : capture().exchanges) {
        SCOPED_TRACE(exchange.name);
        for (const auto& frame : split(exchange.response)) {
            // A failure is read from its end: what is cut off behind its text cannot be missed.
            if (frame.is(ResponseType::failure)) continue;
            const auto size = frame.body.size();
            for (std::size_t cut = size > 4096 ? size - 4096 : 0; cut < size; cut += word_size) {
                const OwnedFrame part{frame.type, frame.schema, frame.body.first(cut)};
                EXPECT_NE(decode_by_type(part), Errc::ok) << cut;
            }
        }
    }
}

TEST_P(EveryCapture, DamagedAnswersAreSurvived) {
    std::mt19937 random{7};
    for (const auto& exchange : capture().exchanges) {
        for (const auto& frame : split(exchange.response)) {
            for (int round = 0; round < 20; ++round) {
                Buffer body{frame.body.begin(), frame.body.end()};
                for (int i = 0; i < 3; ++i) {
                    body[random() % body.size()] = static_cast<std::byte>(random());
                }
                decode_all(OwnedFrame{frame.type, frame.schema, body});
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Captures, EveryCapture, testing::Range(std::size_t{0}, std::size_t{4}));

}  // namespace
}  // namespace dqlite::wire::test
