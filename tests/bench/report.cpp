#include "tests/bench/report.h"

#include <array>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace dqlite::bench {
namespace {

struct Column {
    std::string_view prefix;
    std::string_view title;
};
constexpr std::array servers{Column{"debian12", "dqlite 1.11.1"}, Column{"trixie", "dqlite 1.18.1"},
                             Column{"sid", "dqlite 1.18.7"}};

/// One aim: a figure, and what it is divided by (nothing: it stands by itself).
struct Aim {
    std::string_view work;
    std::string_view figure;
    std::string_view reference;
    std::string_view aim;
    std::string_view other_reference = {};  ///< the better of the two counts
};
constexpr std::array aims{
    Aim{"block fetch of 1000 / raw drain", "odbc.block.rate", "raw.drain.rate", "≥ 0.9"},
    Aim{"… driver CPU, ns a value", "odbc.block.cpu", "", "≤ 80"},
    Aim{"SQLFetch + SQLGetData / raw drain", "odbc.getdata.rate", "raw.drain.rate", "≥ 0.6"},
    Aim{"… driver CPU, ns a value", "odbc.getdata.cpu", "", ""},
    Aim{"C++ client, all rows / raw drain", "client.block.rate", "raw.drain.rate", ""},
    Aim{"point select, 1 client / raw polling", "odbc.select.1.rate", "raw.poll_select.1.rate",
        "≥ 0.9"},
    Aim{"point select, 1 client / raw blocking", "odbc.select.1.rate", "raw.block_select.1.rate",
        "≥ 1.8"},
    Aim{"point select, 8 clients / better raw", "odbc.select.8.rate", "raw.poll_select.8.rate",
        "≥ 0.9", "raw.block_select.8.rate"},
    Aim{"point select, 64 clients / better raw", "odbc.select.64.rate", "raw.poll_select.64.rate",
        "≥ 0.9", "raw.block_select.64.rate"},
    Aim{"insert in a transaction, 1 client / raw polling", "odbc.insert.1.rate",
        "raw.poll_insert.1.rate", "≥ 0.9"},
    Aim{"insert in a transaction, 1 client / raw blocking", "odbc.insert.1.rate",
        "raw.block_insert.1.rate", "≥ 1.8"},
    Aim{"insert in a transaction, 8 clients / better raw", "odbc.insert.8.rate",
        "raw.poll_insert.8.rate", "≥ 0.9", "raw.block_insert.8.rate"},
    Aim{"insert in a transaction, 64 clients / better raw", "odbc.insert.64.rate",
        "raw.poll_insert.64.rate", "≥ 0.9", "raw.block_insert.64.rate"},
    Aim{"C++ client, point select, 1 client / raw polling", "client.select.1.rate",
        "raw.poll_select.1.rate", ""},
    Aim{"array insert of 100k rows × 2 / raw multi-row", "odbc.array.rate", "raw.array.rate",
        "≥ 0.7"},
    Aim{"array insert / row by row, autocommit", "odbc.array.rate", "odbc.single.rate", "≥ 100"},
    Aim{"1 GB forward-only: memory grows by MB", "odbc.grown", "", "< 16"},
    Aim{"connect, time / raw connect", "raw.connect.rate", "odbc.connect.rate", "≤ 1.2"},
};

struct Peer {
    std::string_view title;
    std::string_view prefix;
};
constexpr std::array peers{
    Peer{"dqlite-odbc, dqlite 1.11.1", "debian12.odbc"},
    Peer{"… dqlite 1.18.1", "trixie.odbc"},
    Peer{"… dqlite 1.18.7", "sid.odbc"},
    Peer{"C++ client, dqlite 1.11.1", "debian12.client"},
    Peer{"python dqlite-dbapi, dqlite 1.11.1", "debian12.dbapi"},
    Peer{"… dqlite 1.18.1", "trixie.dbapi"},
    Peer{"… dqlite 1.18.7", "sid.dbapi"},
    Peer{"go-dqlite (database/sql), dqlite 1.11.1", "debian12.go"},
    Peer{"… dqlite 1.18.1", "trixie.go"},
    Peer{"… dqlite 1.18.7", "sid.go"},
    Peer{"sqliteodbc, a local file", "sqliteodbc"},
    Peer{"psqlodbc, a local PostgreSQL", "psqlodbc"},
};

struct Work {
    std::string_view title;
    std::string_view figure;
};
constexpr std::array works{
    Work{"fetch, rows/s", "block.rate"},       Work{"point select/s", "select.1.rate"},
    Work{"insert in a tx/s", "insert.1.rate"}, Work{"array insert, rows/s", "array.rate"},
    Work{"connect/s", "connect.rate"},
};

std::optional<double> find(const Figures& figures, std::string_view prefix, std::string_view name) {
    const auto found = figures.find(fmt::format("{}.{}", prefix, name));
    return found == figures.end() ? std::nullopt : std::optional{found->second};
}

std::string count(double value) {
    if (value >= 1e6) return fmt::format("{:.2f}M", value / 1e6);
    if (value >= 1e4) return fmt::format("{:.0f}k", value / 1e3);
    if (value >= 1e3) return fmt::format("{:.1f}k", value / 1e3);
    return fmt::format("{:.0f}", value);
}

std::string cell(const Figures& figures, const Aim& aim, std::string_view server) {
    const auto value = find(figures, server, aim.figure);
    if (!value) return "";
    if (aim.reference.empty()) return fmt::format("{:.1f}", *value);
    auto reference = find(figures, server, aim.reference);
    if (const auto other = find(figures, server, aim.other_reference); other && reference) {
        reference = std::max(*reference, *other);
    }
    if (!reference) return "";
    const double ratio = *value / *reference;
    return ratio >= 10 ? fmt::format("{:.0f} ({}/s)", ratio, count(*value))
                       : fmt::format("{:.2f} ({}/s)", ratio, count(*value));
}

std::string aims_table(const Figures& figures) {
    std::vector<Column> measured;
    for (const auto& server : servers) {
        if (find(figures, server.prefix, "raw.drain.rate")) measured.push_back(server);
    }
    std::string out = "| work | aim |";
    std::string rule = "\n|---|---|";
    for (const auto& server : measured) {
        out += fmt::format(" {} |", server.title);
        rule += "---|";
    }
    out += rule + '\n';
    for (const auto& aim : aims) {
        out += fmt::format("| {} | {} |", aim.work, aim.aim);
        for (const auto& server : measured) {
            out += fmt::format(" {} |", cell(figures, aim, server.prefix));
        }
        out += '\n';
    }
    return out;
}

std::string peers_table(const Figures& figures) {
    std::string out = "| |";
    for (const auto& work : works) out += fmt::format(" {} |", work.title);
    out += " CPU µs a row fetched |\n|---|---|---|---|---|---|---|\n";
    for (const auto& peer : peers) {
        std::string line = fmt::format("| {} |", peer.title);
        bool any = false;
        for (const auto& work : works) {
            const auto value = find(figures, peer.prefix, work.figure);
            line += fmt::format(" {} |", value ? count(*value) : "");
            any = any || value;
        }
        const auto cpu = find(figures, peer.prefix, "block.cpu");
        line += fmt::format(" {} |\n", cpu ? fmt::format("{:.2f}", *cpu * 5 / 1e3) : "");
        if (any) out += line;
    }
    return out;
}

}  // namespace

Figures read_figures(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error{"cannot read " + path};
    Figures figures;
    std::string name;
    double value = 0;
    while (file >> name >> value) figures[name] = value;
    return figures;
}

void append_figures(const std::string& path, const std::string& prefix, const Figures& figures) {
    std::ofstream file{path, std::ios::app};
    for (const auto& [name, value] : figures) {
        file << fmt::format("{}.{} {:.6g}\n", prefix, name, value);
    }
    if (!file.flush()) throw std::runtime_error{"cannot write " + path};
}

std::string report(const Figures& figures) {
    return aims_table(figures) + "\n" + peers_table(figures);
}

}  // namespace dqlite::bench
