#include "driver/handle/procedure_call.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "client/cluster.h"
#include "driver/tables/connection_values.h"
#include "wire/rows.h"

namespace dqlite::odbc {
namespace {

using wire::Value;
using Arguments = std::span<const ProcedureValue>;
using Answer = client::Result<ProcedureAnswer>;
using Clock = std::chrono::steady_clock;

Value count(std::uint64_t number) {
    return Value::integer(static_cast<std::int64_t>(number));
}

struct RoleName {
    wire::Role role;
    std::string_view name;
};
constexpr std::array role_names{
    RoleName{wire::Role::voter, "voter"},
    RoleName{wire::Role::standby, "standby"},
    RoleName{wire::Role::spare, "spare"},
};

std::string_view role_name(wire::Role role) {
    const auto* const found = std::ranges::find(role_names, role, &RoleName::role);
    return found == role_names.end() ? "unknown" : found->name;
}

client::Result<wire::Role> parse_role(const ProcedureValue& text) {
    const auto* const found = std::ranges::find_if(role_names, [&](const RoleName& entry) {
        return same_letters(entry.name, text.value_or("voter"));
    });
    if (found != role_names.end()) return found->role;
    return client::fail({.kind = client::ErrorKind::invalid,
                         .message = fmt::format("A role is voter, standby or spare, not \"{}\"",
                                                printable(*text))});
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return number;
}

/// Checked by is_acceptable() before; none: 0, which stands for any node.
std::uint64_t number_of(const ProcedureValue& text) {
    return text ? parse_number(*text).value_or(0) : 0;
}

/// For a result column: what an SQLite integer cannot hold goes as its digits.
class Unsigned {
  public:
    explicit Unsigned(std::uint64_t number) : number_{number}, digits_{std::to_string(number)} {}
    [[nodiscard]] Value value() const {
        constexpr auto largest = static_cast<std::uint64_t>(INT64_MAX);
        return number_ <= largest ? count(number_) : Value::text(digits_);
    }

  private:
    std::uint64_t number_;
    std::string digits_;
};

std::string_view class_name(client::ServerClass server_class) {
    switch (server_class) {
        case client::ServerClass::v1_11:
            return "1.11";
        case client::ServerClass::v1_15:
            return "1.15";
        case client::ServerClass::v1_18_3:
            return "1.18.3";
        case client::ServerClass::unknown:
            break;
    }
    return "unknown";
}

wire::RowsWriter writer_for(const Procedure& procedure) {
    std::vector<std::string_view> names;
    for (const auto& column : procedure.columns) names.push_back(column.name);
    return wire::RowsWriter{names};
}

/// One call: every part of it within the same time.
class Call {
  public:
    Call(const Procedure& procedure, Arguments arguments, Connection& connection,
         const client::Options& options)
        : procedure_{procedure},
          arguments_{arguments},
          connection_{connection},
          options_{options},
          writer_{writer_for(procedure)} {
        answer_.outputs.resize(procedure.parameters.size());
    }

    [[nodiscard]] Answer run() {
        if (auto ran = dispatch(); !ran) return client::fail(std::move(ran.error()));
        if (!procedure_.columns.empty()) {
            answer_.rows = client::RowStream::from_frame(writer_.finish());
        }
        return std::move(answer_);
    }

  private:
    using Done = client::Result<void>;

    [[nodiscard]] Done dispatch() {
        switch (procedure_.id) {
            case ProcedureId::add:
                return add();
            case ProcedureId::assign:
                return assign();
            case ProcedureId::describe:
                return describe();
            case ProcedureId::dump:
                return dump();
            case ProcedureId::leader:
                return leader();
            case ProcedureId::nodes:
                return nodes();
            case ProcedureId::remove:
                return remove();
            case ProcedureId::session:
                return session();
            case ProcedureId::transfer:
                return transfer();
            case ProcedureId::weight:
                return weight();
        }
        return {};
    }

    /// A connection of its own, for what is left of the call's time; good until the next.
    [[nodiscard]] client::Result<client::Cluster*> cluster() {
        auto options = options_;
        if (options.timeout.count() > 0) {
            const auto passed = std::chrono::ceil<client::milliseconds>(Clock::now() - start_);
            options.timeout = std::max(options.timeout - passed, client::milliseconds{1});
        }
        auto opened = client::Cluster::open(std::move(options));
        if (!opened) return client::fail(std::move(opened.error()));
        waiting_.reset();
        auto& cluster = cluster_.emplace(std::move(*opened));
        cluster.watch(connection_.watched());
        waiting_.emplace(connection_, [&cluster] { cluster.wake(); });
        return &cluster;
    }
    [[nodiscard]] std::string text(std::size_t parameter) const {
        return arguments_[parameter].value_or("");
    }

    [[nodiscard]] Done add() {
        const auto role = parse_role(arguments_[2]);
        if (!role) return client::fail(role.error());
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        return (*cluster)->add(number_of(arguments_[0]), text(1), *role);
    }
    [[nodiscard]] Done assign() {
        const auto role = parse_role(arguments_[1]);
        if (!role) return client::fail(role.error());
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        return (*cluster)->assign(number_of(arguments_[0]), *role);
    }
    [[nodiscard]] Done describe() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        const auto told = (*cluster)->describe(text(0));
        if (!told) return client::fail(told.error());
        answer_.outputs[1] = std::to_string(told->failure_domain);
        answer_.outputs[2] = std::to_string(told->weight);
        const Unsigned domain{told->failure_domain};
        const Unsigned weight{told->weight};
        writer_.row(std::array{domain.value(), weight.value()});
        return {};
    }
    [[nodiscard]] Done dump() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        const auto files = (*cluster)->dump(text(0), text(1));
        if (!files) return client::fail(files.error());
        for (const auto& file : *files) {
            writer_.row(std::array{Value::text(file.path), count(file.size)});
        }
        return {};
    }
    [[nodiscard]] Done leader() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        const auto leader = (*cluster)->leader();
        if (!leader) return client::fail(leader.error());
        answer_.outputs[0] = std::to_string(leader->id);
        answer_.outputs[1] = leader->address;
        const Unsigned id{leader->id};
        writer_.row(std::array{id.value(), Value::text(leader->address)});
        return {};
    }
    [[nodiscard]] Done nodes() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        const auto nodes = (*cluster)->nodes();
        if (!nodes) return client::fail(nodes.error());
        answer_.outputs[0] = std::to_string(nodes->size());
        for (const auto& node : *nodes) {
            const Unsigned id{node.id};
            writer_.row(std::array{id.value(), Value::text(node.address),
                                   Value::text(role_name(node.role))});
        }
        return {};
    }
    [[nodiscard]] Done remove() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        return (*cluster)->remove(number_of(arguments_[0]));
    }
    [[nodiscard]] Done session() {
        auto& session = connection_.session();
        const auto traits = session.traits();
        if (!traits) return client::fail(traits.error());
        const auto counters = session.statistics();
        writer_.row(std::array{
            Value::text(session.leader_address()),
            Value::text(class_name(traits->server_class)),
            Value::text(traits->sqlite_version),
            count(counters.retries),
            count(counters.reconnects),
            count(counters.round_trips),
            count(counters.requests),
            count(counters.bytes_sent),
            count(counters.bytes_received),
            count(counters.commits_in_doubt),
            count(counters.proved_committed),
            count(counters.proved_not_committed),
            count(counters.left_unknown),
            count(counters.prepared_statements),
        });
        return {};
    }
    [[nodiscard]] Done transfer() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        if (auto handed = (*cluster)->transfer(number_of(arguments_[0])); !handed) return handed;
        // The leadership was handed over: that nobody can be asked who has it is no failure.
        auto others = this->cluster();
        if (!others) return {};
        if (const auto leader = (*others)->leader())
            answer_.outputs[0] = std::to_string(leader->id);
        return {};
    }
    [[nodiscard]] Done weight() {
        auto cluster = this->cluster();
        if (!cluster) return client::fail(std::move(cluster.error()));
        return (*cluster)->set_weight(number_of(arguments_[0]), text(1));
    }

    const Procedure& procedure_;
    Arguments arguments_;
    Connection& connection_;
    const client::Options& options_;
    const Clock::time_point start_ = Clock::now();
    wire::RowsWriter writer_;
    ProcedureAnswer answer_;
    std::optional<client::Cluster> cluster_;
    std::optional<Connection::AlsoWaiting> waiting_;  ///< for cluster_
};

}  // namespace

bool is_acceptable(const ProcedureColumn& parameter, const std::string& text) {
    return parameter.type != SQL_DECIMAL || parse_number(text).has_value();
}

Answer call_procedure(const Procedure& procedure, Arguments arguments, Connection& connection,
                      const client::Options& options) {
    return Call{procedure, arguments, connection, options}.run();
}

}  // namespace dqlite::odbc
