#include "wire/response.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"

namespace dqlite::wire::test {
namespace {

using namespace std::string_view_literals;

constexpr auto max_u64 = std::numeric_limits<std::uint64_t>::max();
constexpr Limits limits;

template <class Response, class... Extra>
Response decoded(const Frame& frame, Extra... extra) {
    Response out;
    EXPECT_EQ(decode(frame, limits, out, extra...), Errc::ok);
    return out;
}

template <class Response, class... Extra>
Errc refused(const Frame& frame, Extra... extra) {
    Response out;
    return decode(frame, limits, out, extra...);
}

/// What every decoder must do with a frame that is right but for one thing.
template <class Response>
void check_strictness(ResponseType type, const Body& right) {
    ASSERT_EQ(refused<Response>(right.frame(type)), Errc::ok);
    const auto other = type == ResponseType::rows ? ResponseType::empty : ResponseType::rows;
    EXPECT_EQ(refused<Response>(right.frame(other)), Errc::unexpected_type);
    EXPECT_EQ(refused<Response>(OwnedFrame{255, 0, right.bytes()}), Errc::unexpected_type);
    EXPECT_EQ(refused<Response>(right.frame(type, 2)), Errc::unexpected_schema);
    for (std::size_t size = 0; size < right.bytes().size(); ++size) {
        const OwnedFrame cut{type, Bytes{right.bytes()}.first(size)};
        EXPECT_NE(refused<Response>(cut), Errc::ok) << size;
    }
    EXPECT_EQ(refused<Response>(Body{right}.u64(0).frame(type)), Errc::trailing_bytes);
}

TEST(DecodeServer, TellsTheLeader) {
    const auto body = Body{}.u64(7).text("127.0.0.1:9001");
    check_strictness<Server>(ResponseType::server, body);
    const auto frame = body.frame(ResponseType::server);
    const auto server = decoded<Server>(frame);
    EXPECT_EQ(server.id, 7U);
    EXPECT_EQ(server.address, "127.0.0.1:9001");
}

TEST(DecodeServer, TellsThatThereIsNone) {
    // The second is a server that could not allocate the address.
    for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{7}, max_u64}) {
        const auto frame = Body{}.u64(id).text("").frame(ResponseType::server);
        const auto server = decoded<Server>(frame);
        EXPECT_EQ(server.id, 0U);
        EXPECT_EQ(server.address, "");
    }
}

TEST(DecodeServer, RefusesAnAddressWithoutId) {
    EXPECT_EQ(refused<Server>(Body{}.u64(0).text("a:1").frame(ResponseType::server)),
              Errc::bad_node);
}

TEST(DecodeServer, RefusesAnAddressWithoutEnd) {
    EXPECT_EQ(refused<Server>(Body{}.u64(1).raw("12345678").frame(ResponseType::server)),
              Errc::unterminated_text);
}

TEST(DecodeWords, ReadsEveryField) {
    check_strictness<Welcome>(ResponseType::welcome, Body{}.u64(15'000));
    check_strictness<Db>(ResponseType::db, Body{}.u32(3).u32(0));
    check_strictness<Result>(ResponseType::result, Body{}.u64(1).u64(2));
    check_strictness<Empty>(ResponseType::empty, Body{}.u64(0));
    check_strictness<Metadata>(ResponseType::metadata, Body{}.u64(1).u64(2));

    EXPECT_EQ(
        decoded<Welcome>(Body{}.u64(15'000).frame(ResponseType::welcome)).heartbeat_timeout_ms,
        15'000U);
    EXPECT_EQ(decoded<Db>(Body{}.u32(3).u32(9).frame(ResponseType::db)).id, 3U);
    const auto metadata =
        decoded<Metadata>(Body{}.u64(1).u64(max_u64).frame(ResponseType::metadata));
    EXPECT_EQ(metadata.failure_domain, 1U);
    EXPECT_EQ(metadata.weight, max_u64);
}

TEST(DecodeResult, ReadsNegativeRowids) {
    const auto result = decoded<Result>(
        Body{}.u64(std::uint64_t{1} << 63U).u64(max_u64).frame(ResponseType::result));
    EXPECT_EQ(result.last_insert_rowid, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(result.rows_affected, max_u64);
}

TEST(DecodeStmt, ReadsBothSchemas) {
    const auto schema0 = Body{}.u32(1).u32(2).u64(3);
    check_strictness<Stmt>(ResponseType::stmt, schema0);
    auto stmt = decoded<Stmt>(schema0.frame(ResponseType::stmt));
    EXPECT_EQ(stmt.db, 1U);
    EXPECT_EQ(stmt.id, 2U);
    EXPECT_EQ(stmt.parameters, 3U);
    EXPECT_FALSE(stmt.has_tail);
    EXPECT_EQ(refused<Stmt>(schema0.frame(ResponseType::stmt, 1)), Errc::truncated);

    const auto schema1 = Body{}.u32(1).u32(2).u64(3).u64(9);
    stmt = decoded<Stmt>(schema1.frame(ResponseType::stmt, 1));
    EXPECT_TRUE(stmt.has_tail);
    EXPECT_EQ(stmt.tail, 9U);
    EXPECT_EQ(refused<Stmt>(schema1.frame(ResponseType::stmt)), Errc::trailing_bytes);
    EXPECT_EQ(refused<Stmt>(Body{schema1}.u64(0).frame(ResponseType::stmt, 1)),
              Errc::trailing_bytes);
}

TEST(DecodeStmt, ForgetsAnEarlierTail) {
    Stmt stmt;
    ASSERT_EQ(decode(Body{}.u64(0).u64(0).u64(9).frame(ResponseType::stmt, 1), limits, stmt),
              Errc::ok);
    ASSERT_EQ(decode(Body{}.u64(0).u64(0).frame(ResponseType::stmt), limits, stmt), Errc::ok);
    EXPECT_FALSE(stmt.has_tail);
    EXPECT_EQ(stmt.tail, 0U);
}

TEST(DecodeServers, ReadsBothFormats) {
    const auto with_roles = Body{}.u64(2).u64(1).text("a:1").u64(0).u64(2).text("b:1").u64(2);
    check_strictness<Servers>(ResponseType::servers, with_roles);
    const auto frame = with_roles.frame(ResponseType::servers);
    const auto servers = decoded<Servers>(frame);
    ASSERT_EQ(servers.nodes.size(), 2U);
    EXPECT_EQ(servers.nodes[0].id, 1U);
    EXPECT_EQ(servers.nodes[0].address, "a:1");
    EXPECT_EQ(servers.nodes[0].role, Role::voter);
    EXPECT_EQ(servers.nodes[1].role, Role::spare);

    const auto without = Body{}.u64(2).u64(1).text("a:1").u64(2).text("b:1");
    const auto frame0 = without.frame(ResponseType::servers);
    const auto servers0 = decoded<Servers>(frame0, std::uint64_t{0});
    ASSERT_EQ(servers0.nodes.size(), 2U);
    EXPECT_EQ(servers0.nodes[1].address, "b:1");
    EXPECT_NE(refused<Servers>(frame0, std::uint64_t{1}), Errc::ok);
    EXPECT_NE(refused<Servers>(frame, std::uint64_t{0}), Errc::ok);
}

TEST(DecodeServers, ReadsNone) {
    EXPECT_TRUE(decoded<Servers>(Body{}.u64(0).frame(ResponseType::servers)).nodes.empty());
}

TEST(DecodeServers, RefusesCountsBeforeItReserves) {
    for (const auto count : {max_u64, max_u64 / 24, std::uint64_t{10'001}}) {
        EXPECT_EQ(refused<Servers>(Body{}.u64(count).frame(ResponseType::servers)),
                  Errc::too_many_items);
    }
    EXPECT_EQ(refused<Servers>(Body{}.u64(10'000).u64(1).frame(ResponseType::servers)),
              Errc::truncated);
}

TEST(DecodeServers, RefusesNodesThatCannotBe) {
    const auto node = [](std::uint64_t id, std::string_view address, std::uint64_t role) {
        return Body{}.u64(1).u64(id).text(address).u64(role).frame(ResponseType::servers);
    };
    EXPECT_EQ(refused<Servers>(node(0, "a:1", 0)), Errc::bad_node);
    EXPECT_EQ(refused<Servers>(node(1, "", 0)), Errc::bad_node);
    EXPECT_EQ(refused<Servers>(node(0, "", 0)), Errc::bad_node);
    EXPECT_EQ(refused<Servers>(node(1, "a:1", 3)), Errc::bad_role);
    EXPECT_EQ(refused<Servers>(node(1, "a:1", max_u64)), Errc::bad_role);
}

TEST(DecodeServers, RefusesTheSameNodeTwice) {
    const auto body =
        Body{}.u64(3).u64(5).text("a").u64(0).u64(1).text("b").u64(0).u64(5).text("c").u64(1);
    EXPECT_EQ(refused<Servers>(body.frame(ResponseType::servers)), Errc::duplicate_node);
}

TEST(DecodeFiles, ReadsNamesAndContent) {
    const auto body = Body{}.u64(2).text("db").u64(8).raw("12345678").text("db-wal").u64(0);
    check_strictness<Files>(ResponseType::files, body);
    const auto frame = body.frame(ResponseType::files);
    const auto files = decoded<Files>(frame);
    ASSERT_EQ(files.files.size(), 2U);
    EXPECT_EQ(files.files[0].name, "db");
    EXPECT_EQ(as_text(files.files[0].content), "12345678");
    EXPECT_EQ(files.files[1].name, "db-wal");
    EXPECT_TRUE(files.files[1].content.empty());
}

TEST(DecodeFiles, RefusesSizesBeforeItUsesThem) {
    const auto sized = [](std::uint64_t size) {
        return Body{}.u64(1).text("db").u64(size).raw("12345678").frame(ResponseType::files);
    };
    EXPECT_EQ(refused<Files>(sized(16)), Errc::truncated);
    EXPECT_EQ(refused<Files>(sized(max_u64 - 7)), Errc::truncated);
    EXPECT_EQ(refused<Files>(sized(max_u64)), Errc::bad_file);
    EXPECT_EQ(refused<Files>(sized(7)), Errc::bad_file);
    EXPECT_EQ(refused<Files>(sized(0)), Errc::trailing_bytes);
}

TEST(DecodeFiles, RefusesCountsBeforeItReserves) {
    EXPECT_EQ(refused<Files>(Body{}.u64(max_u64).frame(ResponseType::files)), Errc::too_many_items);
    EXPECT_EQ(refused<Files>(Body{}.u64(101).frame(ResponseType::files)), Errc::too_many_items);
    EXPECT_EQ(refused<Files>(Body{}.u64(100).frame(ResponseType::files)), Errc::truncated);
}

TEST(DecodeFiles, RefusesTheSameNameTwice) {
    const auto body = Body{}.u64(2).text("db").u64(0).text("db").u64(0);
    EXPECT_EQ(refused<Files>(body.frame(ResponseType::files)), Errc::bad_file);
}

TEST(DecodeFailure, ReadsACleanOne) {
    const auto frame =
        Body{}.u64(2067).text("UNIQUE constraint failed").frame(ResponseType::failure);
    const auto failure = decoded<Failure>(frame);
    EXPECT_EQ(failure.code, 2067U);
    EXPECT_EQ(failure.message, "UNIQUE constraint failed");
}

TEST(DecodeFailure, ReadsTextOfEveryLength) {
    for (std::size_t length = 0; length < 40; ++length) {
        const std::string text(length, 'x');
        const auto frame = Body{}.u64(1).text(text).frame(ResponseType::failure);
        const auto failure = decoded<Failure>(frame);
        EXPECT_EQ(failure.code, 1U);
        EXPECT_EQ(failure.message, text);
    }
}

TEST(DecodeFailure, ReadsEveryCode) {
    for (const auto code : {std::uint64_t{0}, std::uint64_t{10'506}, max_u64, max_u64 >> 8U}) {
        for (const auto text : {""sv, "short"sv, "a text of more than a word"sv}) {
            const auto frame = Body{}.u64(code).text(text).frame(ResponseType::failure);
            const auto failure = decoded<Failure>(frame);
            EXPECT_EQ(failure.code, code);
            EXPECT_EQ(failure.message, text);
        }
    }
}

TEST(DecodeFailure, SkipsRowsInFront) {
    for (const auto text : {""sv, "integer"sv, "interrupt"sv, "sixteen letters!"sv}) {
        auto body = Body{}.u64(2).text("x").text("abs(y)").u64(0x31).u64(max_u64).text("a row");
        const auto frame = body.u64(1).text(text).frame(ResponseType::failure);
        const auto failure = decoded<Failure>(frame);
        EXPECT_EQ(failure.code, 1U);
        EXPECT_EQ(failure.message, text);
    }
}

TEST(DecodeFailure, CutsTextAtTheLimit) {
    const std::string text(200, 'x');
    const auto frame = Body{}.u64(1).text(text).frame(ResponseType::failure);
    Failure failure;
    ASSERT_EQ(decode(frame, Limits{.max_failure_text = 50}, failure), Errc::ok);
    EXPECT_EQ(failure.message, text.substr(0, 50));
}

TEST(DecodeFailure, RefusesWhatHasNoCodeOrNoEnd) {
    const auto type = ResponseType::failure;
    EXPECT_EQ(refused<Failure>(Body{}.frame(type)), Errc::truncated);
    EXPECT_EQ(refused<Failure>(Body{}.u64(1).frame(type)), Errc::truncated);
    EXPECT_EQ(refused<Failure>(Body{}.u64(1).raw("1234").frame(type)), Errc::truncated);
    EXPECT_EQ(refused<Failure>(Body{}.u64(1).raw("12345678").frame(type)), Errc::unterminated_text);
    EXPECT_EQ(refused<Failure>(Body{}.u64(1).text("x").frame(ResponseType::rows)),
              Errc::unexpected_type);
    EXPECT_EQ(refused<Failure>(Body{}.u64(1).text("x").frame(type, 1)), Errc::unexpected_schema);
}

}  // namespace
}  // namespace dqlite::wire::test
