#include "tests/wire/request_parser.h"

#include <stdexcept>

namespace dqlite::wire::test {
namespace {

/// Reads fields and throws at the first that is not there: a test's frame is either right or not.
class Fields {
  public:
    explicit Fields(Bytes body) : reader_{body} {}

    std::uint64_t u64() { return get<std::uint64_t>(&Reader::u64); }
    std::uint32_t u32() { return get<std::uint32_t>(&Reader::u32); }
    double f64() { return get<double>(&Reader::f64); }
    std::string_view text() { return get<std::string_view>(&Reader::text); }
    std::string_view blob() { return get<std::string_view>(&Reader::blob); }
    std::uint8_t u8() {
        Bytes byte;
        require(reader_.raw(1, byte) == Errc::ok);
        return std::to_integer<std::uint8_t>(byte[0]);
    }
    void skip_padding(std::size_t origin) {
        while ((reader_.position() - origin) % word_size != 0) require(u8() == 0);
    }
    static void require(bool condition) {
        if (!condition) throw std::runtime_error{"not a request"};
    }
    [[nodiscard]] std::size_t position() const { return reader_.position(); }
    [[nodiscard]] bool at_end() const { return reader_.at_end(); }

  private:
    template <class T>
    T get(Errc (Reader::*read)(T&)) {
        T out{};
        require((reader_.*read)(out) == Errc::ok);
        return out;
    }

    Reader reader_;
};

Value read_value(Fields& fields, ValueType type) {
    switch (type) {
        case ValueType::integer:
            return Value::integer(static_cast<std::int64_t>(fields.u64()));
        case ValueType::boolean:
            return Value::raw_boolean(static_cast<std::int64_t>(fields.u64()));
        case ValueType::real:
            return Value::real(fields.f64());
        case ValueType::text:
            return Value::text(fields.text());
        case ValueType::iso8601:
            return Value::iso8601(fields.text());
        case ValueType::blob:
            return Value::blob(fields.blob());
        case ValueType::null:
            Fields::require(fields.u64() == 0);
            return Value::null();
        case ValueType::unix_time:
            break;
    }
    throw std::runtime_error{"not a parameter"};
}

std::vector<Value> read_values(Fields& fields, std::uint8_t schema) {
    if (fields.at_end()) return {};
    const auto origin = fields.position();
    std::vector<ValueType> types(schema == 0 ? fields.u8() : fields.u32());
    for (auto& type : types) type = static_cast<ValueType>(fields.u8());
    fields.skip_padding(origin);
    std::vector<Value> values;
    values.reserve(types.size());
    for (const auto type : types) values.push_back(read_value(fields, type));
    return values;
}

AnyRequest read_request(Fields& fields, const Frame& frame, std::vector<Value>& values) {
    const auto statement = [&]<class Request>(Request r) {
        r.db = fields.u32();
        r.stmt = fields.u32();
        values = read_values(fields, frame.schema);
        r.parameters = values;
        return r;
    };
    const auto sql = [&]<class Request>(Request r) {
        r.db = fields.u64();
        r.sql = fields.text();
        values = read_values(fields, frame.schema);
        r.parameters = values;
        return r;
    };
    switch (static_cast<RequestType>(frame.type)) {
        case RequestType::leader:
            Fields::require(fields.u64() == 0);
            return Leader{};
        case RequestType::client:
            return Client{fields.u64()};
        case RequestType::open:
            return Open{fields.text(), fields.u64(), fields.text()};
        case RequestType::prepare:
            return Prepare{fields.u64(), fields.text(), frame.schema};
        case RequestType::exec:
            return statement(Exec{});
        case RequestType::query:
            return statement(Query{});
        case RequestType::finalize:
            return Finalize{fields.u32(), fields.u32()};
        case RequestType::exec_sql:
            return sql(ExecSql{});
        case RequestType::query_sql:
            return sql(QuerySql{});
        case RequestType::interrupt:
            return Interrupt{fields.u64()};
        case RequestType::add:
            return Add{fields.u64(), fields.text()};
        case RequestType::assign:
            return Assign{fields.u64(), static_cast<Role>(fields.u64())};
        case RequestType::remove:
            return Remove{fields.u64()};
        case RequestType::dump:
            return Dump{fields.text()};
        case RequestType::cluster:
            return Cluster{fields.u64()};
        case RequestType::transfer:
            return Transfer{fields.u64()};
        case RequestType::describe:
            return Describe{fields.u64()};
        case RequestType::weight:
            return Weight{fields.u64()};
        case RequestType::heartbeat:
        case RequestType::connect:
            break;
    }
    throw std::runtime_error{"not a request of a client"};
}

}  // namespace

std::optional<ParsedRequest> parse_request(const Frame& frame) try {
    Fields fields{frame.body};
    ParsedRequest out;
    out.schema = frame.schema;
    out.request = read_request(fields, frame, out.values);
    if (!fields.at_end()) return std::nullopt;
    return out;
} catch (const std::runtime_error&) {
    return std::nullopt;
}

}  // namespace dqlite::wire::test
