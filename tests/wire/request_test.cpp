#include "wire/request.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/wire/body_builder.h"
#include "tests/wire/request_parser.h"

namespace dqlite::wire::test {
namespace {

using namespace std::string_view_literals;

template <class Request>
Buffer encoded(const Request& request) {
    Buffer out;
    EXPECT_EQ(encode(request, out), Errc::ok);
    return out;
}

/// Encoding that must fail, into a buffer that must stay as it is.
template <class Request>
Errc refused(const Request& request, std::size_t max_body = Limits{}.max_body) {
    Buffer out{std::byte{42}};
    const auto error = encode(request, out, max_body);
    EXPECT_EQ(out, Buffer{std::byte{42}});
    return error;
}

Buffer request_frame(RequestType type, const Body& body, std::uint8_t schema = 0) {
    return framed(static_cast<std::uint8_t>(type), body.bytes(), schema);
}

TEST(Encode, HandshakeIsTheProtocolVersion) {
    Buffer out;
    encode_handshake(out);
    EXPECT_EQ(as_text(out), "\1\0\0\0\0\0\0\0"sv);
}

TEST(Encode, RequestsOfOneWord) {
    constexpr std::uint64_t word = 0xfedc'ba98'7654'3210U;
    const auto body = Body{}.u64(word);
    EXPECT_EQ(encoded(Leader{}), request_frame(RequestType::leader, Body{}.u64(0)));
    EXPECT_EQ(encoded(Client{word}), request_frame(RequestType::client, body));
    EXPECT_EQ(encoded(Interrupt{word}), request_frame(RequestType::interrupt, body));
    EXPECT_EQ(encoded(Remove{word}), request_frame(RequestType::remove, body));
    EXPECT_EQ(encoded(Cluster{word}), request_frame(RequestType::cluster, body));
    EXPECT_EQ(encoded(Transfer{word}), request_frame(RequestType::transfer, body));
    EXPECT_EQ(encoded(Describe{word}), request_frame(RequestType::describe, body));
    EXPECT_EQ(encoded(Weight{word}), request_frame(RequestType::weight, body));
}

TEST(Encode, RequestsOfSeveralFields) {
    EXPECT_EQ(encoded(Open{"db", 3, "volatile"}),
              request_frame(RequestType::open, Body{}.text("db").u64(3).text("volatile")));
    EXPECT_EQ(encoded(Prepare{1, "SELECT 1", 0}),
              request_frame(RequestType::prepare, Body{}.u64(1).text("SELECT 1")));
    EXPECT_EQ(encoded(Prepare{1, "SELECT 1", 1}),
              request_frame(RequestType::prepare, Body{}.u64(1).text("SELECT 1"), 1));
    EXPECT_EQ(encoded(Finalize{1, 2}), request_frame(RequestType::finalize, Body{}.u32(1).u32(2)));
    EXPECT_EQ(encoded(Add{2, "127.0.0.1:1"}),
              request_frame(RequestType::add, Body{}.u64(2).text("127.0.0.1:1")));
    EXPECT_EQ(encoded(Assign{2, Role::spare}),
              request_frame(RequestType::assign, Body{}.u64(2).u64(2)));
    EXPECT_EQ(encoded(Dump{"db"}), request_frame(RequestType::dump, Body{}.text("db")));
}

TEST(Encode, WritesNoTupleForNoParameters) {
    EXPECT_EQ(encoded(Exec{1, 2, {}}), request_frame(RequestType::exec, Body{}.u32(1).u32(2)));
    EXPECT_EQ(encoded(QuerySql{1, "x", {}}),
              request_frame(RequestType::query_sql, Body{}.u64(1).text("x")));
}

TEST(Encode, WritesEveryTypeOfParameter) {
    const std::vector values{Value::integer(-1),   Value::real(1.5),
                             Value::text("ab"),    Value::blob("\0\1"sv),
                             Value::null(),        Value::iso8601("2020-01-02"),
                             Value::boolean(true), Value::raw_boolean(7)};
    const auto tuple = [](Body body) {
        body.raw("\x08\x01\x02\x03\x04\x05\x0a\x0b\x0b\0\0\0\0\0\0\0"sv);
        body.u64(~std::uint64_t{0}).f64(1.5).text("ab").blob("\0\1"sv).u64(0);
        return body.text("2020-01-02").u64(1).u64(7);
    };
    EXPECT_EQ(encoded(Exec{1, 2, values}),
              request_frame(RequestType::exec, tuple(Body{}.u32(1).u32(2))));
    EXPECT_EQ(encoded(Query{1, 2, values}),
              request_frame(RequestType::query, tuple(Body{}.u32(1).u32(2))));
    EXPECT_EQ(encoded(ExecSql{1, "x", values}),
              request_frame(RequestType::exec_sql, tuple(Body{}.u64(1).text("x"))));
    EXPECT_EQ(encoded(QuerySql{1, "x", values}),
              request_frame(RequestType::query_sql, tuple(Body{}.u64(1).text("x"))));
}

TEST(Encode, KeepsEveryBitOfAReal) {
    using Double = std::numeric_limits<double>;
    for (const double v : {-0.0, Double::infinity(), Double::quiet_NaN(), Double::denorm_min()}) {
        const Value value = Value::real(v);
        EXPECT_EQ(encoded(Exec{0, 0, {&value, 1}}),
                  request_frame(RequestType::exec, Body{}.u64(0).raw("\1\2\0\0\0\0\0\0"sv).f64(v)));
    }
}

TEST(Encode, ChoosesTheTuplesSchemaByTheNumberOfParameters) {
    for (const std::size_t count : {1U, 6U, 7U, 8U, 254U, 255U, 256U, 260U, 261U, 32'766U}) {
        std::vector<Value> values;
        for (std::size_t i = 0; i < count; ++i) {
            values.push_back(Value::integer(static_cast<std::int64_t>(i)));
        }
        const auto bytes = encoded(ExecSql{0, "x", values});
        Frame frame;
        std::size_t size = 0;
        ASSERT_EQ(parse_frame(bytes, {}, frame, size), Errc::ok);
        EXPECT_EQ(size, bytes.size());
        EXPECT_EQ(frame.schema, count > 255 ? 1 : 0);
        const auto parsed = parse_request(frame);
        ASSERT_TRUE(parsed);
        ASSERT_EQ(parsed->values.size(), count);
        EXPECT_EQ(parsed->values.back().as_integer(), static_cast<std::int64_t>(count) - 1);
    }
}

TEST(Encode, AppendsFrameAfterFrame) {
    Buffer pipeline;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(encode(Client{i}, pipeline), Errc::ok);
        ASSERT_EQ(encode(Prepare{i, std::string(i, 'x')}, pipeline), Errc::ok);
    }
    Framer framer;
    const auto room = framer.prepare(pipeline.size());
    std::copy(pipeline.begin(), pipeline.end(), room.begin());
    framer.commit(pipeline.size());
    Frame frame;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(framer.next(frame), Errc::ok);
        EXPECT_EQ(std::get<Client>(parse_request(frame).value().request).id, i);
        ASSERT_EQ(framer.next(frame), Errc::ok);
        EXPECT_EQ(std::get<Prepare>(parse_request(frame).value().request).sql.size(), i);
    }
    EXPECT_EQ(framer.next(frame), Errc::incomplete);
}

TEST(Encode, RefusesTextWithNul) {
    const auto text = "a\0b"sv;
    const Value value = Value::text(text);
    const Value date = Value::iso8601("\0"sv);
    EXPECT_EQ(refused(Open{text, 0, ""}), Errc::embedded_nul);
    EXPECT_EQ(refused(Open{"", 0, text}), Errc::embedded_nul);
    EXPECT_EQ(refused(Prepare{0, text}), Errc::embedded_nul);
    EXPECT_EQ(refused(ExecSql{0, text, {}}), Errc::embedded_nul);
    EXPECT_EQ(refused(QuerySql{0, "x\0"sv, {}}), Errc::embedded_nul);
    EXPECT_EQ(refused(Add{1, text}), Errc::embedded_nul);
    EXPECT_EQ(refused(Dump{text}), Errc::embedded_nul);
    EXPECT_EQ(refused(Exec{0, 0, {&value, 1}}), Errc::embedded_nul);
    EXPECT_EQ(refused(Query{0, 0, {&date, 1}}), Errc::embedded_nul);
}

TEST(Encode, RefusesTimesThatOnlyServersSend) {
    const Value value = Value::unix_time(0);
    EXPECT_EQ(refused(Exec{0, 0, {&value, 1}}), Errc::bad_parameter_type);
    EXPECT_EQ(refused(ExecSql{0, "", {&value, 1}}), Errc::bad_parameter_type);
}

TEST(Encode, RefusesMoreParametersThanTheProtocolCarries) {
    const std::vector<Value> values(max_parameters + 1);
    EXPECT_EQ(refused(Query{0, 0, values}), Errc::too_many_parameters);
    EXPECT_EQ(refused(QuerySql{0, "", values}), Errc::too_many_parameters);
}

TEST(Encode, RefusesSchemasOfPrepareNobodyKnows) {
    EXPECT_EQ(refused(Prepare{0, "x", 2}), Errc::unexpected_schema);
}

TEST(Encode, RefusesBodiesOverTheLimit) {
    const std::string text(64, 'x');
    const Value blob = Value::blob(text);
    EXPECT_EQ(refused(Dump{text}, 71), Errc::frame_too_large);
    EXPECT_EQ(refused(Dump{text}, 64), Errc::frame_too_large);
    EXPECT_EQ(refused(Leader{}, 0), Errc::frame_too_large);
    EXPECT_EQ(refused(Exec{0, 0, {&blob, 1}}, 87), Errc::frame_too_large);
    Buffer out;
    EXPECT_EQ(encode(Dump{text}, out, 72), Errc::ok);
    EXPECT_EQ(encode(Exec{0, 0, {&blob, 1}}, out, 88), Errc::ok);
}

TEST(Encode, RefusesSizesThatWouldOverflow) {
    // Never read: the sizes alone are refused. Their sum overflows 64 bits.
    const std::string_view endless{"", std::numeric_limits<std::size_t>::max() / 2};
    const std::vector<Value> values(4, Value::blob(endless));
    for (const auto limit : {Limits{}.max_body, std::numeric_limits<std::size_t>::max()}) {
        EXPECT_EQ(refused(Exec{0, 0, values}, limit), Errc::frame_too_large);
        EXPECT_EQ(refused(Dump{endless}, limit), Errc::frame_too_large);
    }
}

}  // namespace
}  // namespace dqlite::wire::test
