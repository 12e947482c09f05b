// dqlite-bench: measures what design §6 promises, as ratios of what was measured in the same run.
#include <exception>
#include <functional>
#include <iterator>
#include <list>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tests/bench/bench.h"
#include "tests/bench/chart.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"
#include "tests/bench/systems.h"
#include "tests/bench/workload.h"
#include "tests/support/generation.h"
#include "tests/support/node.h"
#include "tests/support/proxy.h"

namespace dqlite::bench {
namespace {

/// A node that tells a proxy's address as its own: clients that ask it for the leader stay on the
/// proxy, which counts, and those that are timed dial another node, without one.
struct Counted {
    test::Proxy proxy;
    test::Node node;

    explicit Counted(test::ServerGeneration generation)
        : node{generation, {.told = proxy.address()}} {
        proxy.lead_to(node.port());
        (void)node.wait_for_leader();
        raw::prepare_tables(proxy.address());
    }
};

struct Server {
    test::Node node;
    Counted counted;
    Place place;

    explicit Server(test::ServerGeneration generation) : node{generation}, counted{generation} {
        (void)node.wait_for_leader();
        raw::prepare_tables(node.address());
        place = {test::name(generation), node.address(), counted.proxy.address()};
    }
};

/// Whose figures are added under which name; called for every system before the next measurement
/// begins, so that what is compared is measured close together.
using Measure = std::function<Figures(const System&, const Place&)>;

struct Section {
    const char* name;
    std::vector<Measure> measures;
};

std::vector<Section> sections() {
    std::vector<Measure> latencies;
    for (const auto work : {Work::select, Work::insert}) {
        for (const auto clients : client_counts) {
            latencies.emplace_back([work, clients](const System& system, const Place& place) {
                return system.latency(place, work, clients);
            });
        }
    }
    const auto array = [](const System& system, const Place& place) {
        if (!place.address.empty()) raw::empty_inserts(place.address);
        return system.array(place);
    };
    return {{"fetch", {[](const System& s, const Place& p) { return s.fetch(p); }}},
            {"latency", std::move(latencies)},
            {"array", {array}},
            {"memory", {[](const System& s, const Place& p) { return s.memory(p); }}},
            {"connect", {[](const System& s, const Place& p) { return s.connect(p); }}}};
}

/// Round trips do not depend on the machine: once is enough.
Figures round_trips(const System& system, const Server& server) {
    constexpr std::size_t count = 20;
    Figures figures;
    for (const auto work : {Work::connect, Work::select, Work::insert}) {
        const auto turns_of = [&](std::size_t times) -> std::optional<std::size_t> {
            const auto before = server.counted.proxy.turns();
            if (!system.repeat(server.place, work, times)) return std::nullopt;
            return server.counted.proxy.turns() - before;
        };
        const auto once = turns_of(count);
        const auto twice = turns_of(2 * count);
        if (!once || !twice) continue;
        figures[name(work) + ".trips"] =
            (static_cast<double>(*twice) - static_cast<double>(*once)) / count;
    }
    return figures;
}

struct Plan {
    std::string file;
    int rounds = 5;
    std::string only;
    bool tiny = false;
    std::vector<std::string> programs;  ///< NAME=COMMAND
    std::vector<std::string> drivers;   ///< NAME=CONNECTION
};

std::pair<std::string, std::string> name_and_rest(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) throw std::invalid_argument{"'" + text + "' has no '='"};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in{text};
    return {std::istream_iterator<std::string>{in}, std::istream_iterator<std::string>{}};
}

void measure_section(const Section& section, const Systems& systems, const Place& place,
                     const std::string& file) {
    for (const auto& measure : section.measures) {
        for (const auto& system : systems) {
            append_figures(file, fmt::format("{}.{}", place.name, system->name()),
                           measure(*system, place));
        }
    }
}

void measure_all(const Plan& plan) {
    if (plan.tiny) sizes = Sizes::tiny();
    Systems on_dqlite = own_systems();
    for (const auto& program : plan.programs) {
        const auto [name, command] = name_and_rest(program);
        on_dqlite.push_back(program_system(name, words_of(command)));
    }
    Systems elsewhere;
    for (const auto& driver : plan.drivers) {
        const auto [name, connection] = name_and_rest(driver);
        elsewhere.push_back(odbc_system(name, connection));
    }
    std::list<Server> servers;
    for (const auto generation : test::generations()) servers.emplace_back(generation);

    for (int round = 1; round <= plan.rounds; ++round) {
        for (const auto& section : sections()) {
            if (!plan.only.empty() && plan.only != section.name) continue;
            for (const auto& server : servers) {
                measure_section(section, on_dqlite, server.place, plan.file);
            }
            measure_section(section, elsewhere, {.name = "local", .address = {}, .by_counter = {}},
                            plan.file);
            fmt::print(stderr, "round {} of {}: {}\n", round, plan.rounds, section.name);
        }
    }
    if (!plan.only.empty()) return;
    for (const auto& server : servers) {
        for (const auto& system : on_dqlite) {
            append_figures(plan.file, fmt::format("{}.{}", server.place.name, system->name()),
                           round_trips(*system, server));
        }
    }
}

int run(int argc, char** argv) {
    CLI::App app{"Measures dqlite-odbc against raw frames and against other drivers"};
    app.require_subcommand(1);
    Plan plan;
    auto* const measure = app.add_subcommand("measure", "all systems on real servers, in rounds");
    measure->add_option("--rounds", plan.rounds, "how often everything is measured")
        ->check(CLI::PositiveNumber);
    measure->add_option("--only", plan.only, "fetch, latency, array, memory or connect");
    measure->add_flag("--tiny", plan.tiny, "with next to no work, to try the program");
    measure->add_option("--program", plan.programs, "NAME=COMMAND: a peer that speaks to dqlite");
    measure->add_option("--driver", plan.drivers, "NAME=CONNECTION: another ODBC driver");
    measure->add_option("FIGURES", plan.file, "the file that figures are added to")->required();

    std::string figures;
    std::vector<std::string> absent;
    auto* const tables = app.add_subcommand("report", "the figures as tables, in Markdown");
    tables->add_option("--absent", absent, "NAME=REASON: a peer that could not be had");
    tables->add_option("FIGURES", figures, "a file of figures")->required();
    auto* const picture = app.add_subcommand("chart", "the figures as a picture, in SVG");
    picture->add_option("FIGURES", figures, "a file of figures")->required();

    CLI11_PARSE(app, argc, argv);
    if (measure->parsed()) measure_all(plan);
    if (tables->parsed()) {
        Reasons reasons;
        for (const auto& text : absent) reasons.insert(name_and_rest(text));
        fmt::print("{}", report(Samples::read(figures), reasons));
    }
    if (picture->parsed()) fmt::print("{}", chart(Samples::read(figures)));
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
