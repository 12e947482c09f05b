// dqlite-bench: measures what design §6 promises, as ratios of what was measured in the same run.
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/bench/bench.h"
#include "tests/bench/report.h"
#include "tests/bench/section.h"
#include "tests/bench/workload.h"
#include "tests/support/generation.h"
#include "tests/support/node.h"

namespace dqlite::bench {
namespace {

/// All that is compared with each other is measured close together, and that several times.
struct Section {
    const char* name;
    std::function<void(const std::string& address, Figures&)> measure;
};

std::string own_driver(const std::string& address) {
    return fmt::format("Driver={};Server={}", DQLITE_ODBC_DRIVER, address);
}

std::string with_database(const std::string& address) {
    return fmt::format("{};Database={}", own_driver(address), database_of(0));
}

/// The figures of `work` in a process of its own, named after who did it.
void add(Figures& figures, const std::string& system, const std::function<void(Figures&)>& work) {
    for (const auto& [name, value] : in_own_process(work)) {
        const std::string key = fmt::format("{}.{}", system, name);
        const bool least = name.ends_with(".cpu") || name == "grown";
        (least ? keep_lowest : keep_highest)(figures, key, value);
    }
}

void fetch(const std::string& address, Figures& figures) {
    add(figures, "raw", [&](Figures& f) { raw::drain(address, f); });
    add(figures, "odbc", [&](Figures& f) { odbc::fetch(with_database(address), f); });
    add(figures, "client", [&](Figures& f) { cxx::fetch(address, f); });
}

void latency(const std::string& address, Figures& figures) {
    const auto pinned = [&](const std::string& system, const std::function<void(Figures&)>& work) {
        add(figures, system, [&](Figures& f) {
            use_two_processors();
            work(f);
        });
    };
    for (const auto work : {Clients::Work::select, Clients::Work::insert}) {
        for (const auto count : client_counts) {
            const Clients clients{work, count};
            pinned("raw", [&](Figures& f) { raw::latency(address, clients, f); });
            pinned("odbc",
                   [&](Figures& f) { odbc::latency(own_driver(address), clients, true, f); });
            pinned("client", [&](Figures& f) { cxx::latency(address, clients, f); });
        }
    }
}

void array(const std::string& address, Figures& figures) {
    add(figures, "raw", [&](Figures& f) { raw::array(address, f); });
    add(figures, "odbc", [&](Figures& f) { odbc::array(with_database(address), false, f); });
}

void memory(const std::string& address, Figures& figures) {
    add(figures, "odbc", [&](Figures& f) { odbc::memory(with_database(address), f); });
}

void connect(const std::string& address, Figures& figures) {
    add(figures, "raw", [&](Figures& f) { raw::connect(address, f); });
    add(figures, "odbc", [&](Figures& f) { odbc::connect(with_database(address), f); });
    add(figures, "client", [&](Figures& f) { cxx::connect(address, f); });
}

const Section sections[] = {{"fetch", fetch},
                            {"latency", latency},
                            {"array", array},
                            {"memory", memory},
                            {"connect", connect}};

void measure_servers(const std::string& out, int repeat, const std::string& only) {
    for (const auto generation : test::generations()) {
        const test::Node node{generation};
        (void)node.wait_for_leader();
        raw::prepare_tables(node.address());
        Figures figures;
        for (const auto& section : sections) {
            if (!only.empty() && only != section.name) continue;
            for (int i = 0; i < repeat; ++i) section.measure(node.address(), figures);
            fmt::print(stderr, "{}: {}\n", test::name(generation), section.name);
        }
        append_figures(out, test::name(generation), figures);
    }
}

void measure_peer(const std::string& out, const std::string& name, const std::string& connection,
                  const std::string& blob_type) {
    (void)in_own_process([&](Figures&) { odbc::prepare_tables(connection, blob_type); });
    Figures figures;
    for (int i = 0; i < 3; ++i) {
        add(figures, name, [&](Figures& f) {
            odbc::fetch(connection, f);
            odbc::latency(connection, {Clients::Work::select, 1}, false, f);
            odbc::latency(connection, {Clients::Work::insert, 1}, false, f);
            odbc::array(connection, true, f);
            odbc::connect(connection, f);
        });
    }
    Figures named;
    for (const auto& [key, value] : figures) named[key.substr(name.size() + 1)] = value;
    append_figures(out, name, named);
}

int run(int argc, char** argv) {
    CLI::App app{"Measures dqlite-odbc against raw frames and against other drivers"};
    app.require_subcommand(1);
    std::string file;
    int repeat = 3;
    std::string only;
    auto* const servers = app.add_subcommand("servers", "our driver and client on real nodes");
    servers->add_option("--repeat", repeat, "runs, of which the best counts");
    servers->add_option("--only", only, "fetch, latency, array, memory or connect");
    servers->add_option("FIGURES", file, "the file that figures are added to")->required();

    std::string name;
    std::string connection;
    std::string blob_type = "BLOB";
    auto* const peer = app.add_subcommand("peer", "another ODBC driver, on a database of its own");
    peer->add_option("--blob-type", blob_type, "what its SQL calls a blob");
    peer->add_option("FIGURES", file, "the file that figures are added to")->required();
    peer->add_option("NAME", name, "how the figures are named")->required();
    peer->add_option("CONNECTION", connection, "the connection string")->required();

    auto* const print = app.add_subcommand("report", "the figures as tables");
    print->add_option("FIGURES", file, "a file of figures")->required();

    CLI11_PARSE(app, argc, argv);
    if (servers->parsed()) measure_servers(file, repeat, only);
    if (peer->parsed()) measure_peer(file, name, connection, blob_type);
    if (print->parsed()) fmt::print("{}", report(read_figures(file)));
    return 0;
}

}  // namespace
}  // namespace dqlite::bench

int main(int argc, char** argv) {
    try {
        return dqlite::bench::run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "dqlite-bench: {}\n", error.what());
        return 1;
    }
}
