#include "tests/bench/systems.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/bench.h"
#include "tests/bench/section.h"
#include "tests/bench/workload.h"

namespace dqlite::bench {
namespace {

/// Clients of the latency lines share two processors, whoever they are.
Figures latency_of(Work work, std::size_t clients, const MakeWorker& make) {
    return in_own_process(Processors::two, [&](Figures& figures) {
        run_clients(fmt::format("{}.{}", name(work), clients), clients, make, figures);
    });
}

Figures connects_of(const std::function<RoundTrip()>& make, const std::string& name = "connect") {
    return in_own_process(Processors::all,
                          [&](Figures& figures) { run_connects(name, make(), figures); });
}

void repeat_in_own_process(const std::function<RoundTrip()>& make, std::size_t count) {
    (void)in_own_process(Processors::all, [&](Figures&) {
        const auto work = make();
        for (std::size_t i = 0; i < count; ++i) work();
    });
}

/// Fetches, and adds what memory that took.
Figures fetch_in_own_process(const std::function<void(Figures&)>& fetch) {
    return in_own_process(Processors::all, [&](Figures& figures) {
        fetch(figures);
        figures["peak"] = peak_megabytes();
    });
}

class Raw final : public System {
  public:
    std::string name() const override { return "raw"; }
    Figures fetch(const Place& place) const override {
        return fetch_in_own_process([&](Figures& figures) { raw::drain(place.address, figures); });
    }
    Figures latency(const Place& place, Work work, std::size_t clients) const override {
        constexpr std::array ways{std::pair{raw::Waiting::block, "block_"},
                                  std::pair{raw::Waiting::poll, "poll_"},
                                  std::pair{raw::Waiting::poll_and_work, "work_"}};
        Figures all;
        for (const auto& [waiting, how] : ways) {
            // With more clients there is always a request that the server can begin with.
            if (waiting == raw::Waiting::poll_and_work && clients > 1) continue;
            const auto these =
                latency_of(work, clients, [&, waiting = waiting](std::size_t client) {
                    return raw::worker(place.address, work, client, waiting);
                });
            for (const auto& [figure, value] : these) all[how + figure] = value;
        }
        return all;
    }
    Figures array(const Place& place) const override {
        return in_own_process(Processors::all,
                              [&](Figures& figures) { raw::array(place.address, figures); });
    }
    Figures connect(const Place& place) const override {
        return connects_of([&] { return worker(place.address, Work::connect); });
    }
    bool repeat(const Place& place, Work work, std::size_t count) const override {
        repeat_in_own_process([&] { return worker(place.by_counter, work); }, count);
        return true;
    }

  private:
    static RoundTrip worker(const std::string& address, Work work) {
        return raw::worker(address, work, 0, raw::Waiting::block);
    }
};

class Driver final : public System {
  public:
    std::string name() const override { return "odbc"; }
    Figures fetch(const Place& place) const override {
        const auto to = connection(place.address, 0);
        auto figures =
            fetch_in_own_process([&](Figures& blocks) { odbc::fetch_blocks(to, blocks); });
        figures.merge(
            in_own_process(Processors::all, [&](Figures& cells) { odbc::fetch_cells(to, cells); }));
        return figures;
    }
    Figures latency(const Place& place, Work work, std::size_t clients) const override {
        return latency_of(work, clients, [&](std::size_t client) {
            return odbc::worker(connection(place.address, database(work, client)), work);
        });
    }
    Figures array(const Place& place) const override {
        return in_own_process(Processors::all, [&](Figures& figures) {
            odbc::array(connection(place.address, 0), false, figures);
        });
    }
    Figures memory(const Place& place) const override {
        return in_own_process(Processors::all, [&](Figures& figures) {
            odbc::memory(connection(place.address, 0), figures);
        });
    }
    Figures connect(const Place& place) const override {
        const auto to = connection(place.address, 0);
        auto figures = connects_of([&] { return odbc::worker(to, Work::connect); });
        figures.merge(connects_of(
            [&] { return odbc::connecting_without_manager(DQLITE_ODBC_DRIVER, to); }, "alone"));
        return figures;
    }
    bool repeat(const Place& place, Work work, std::size_t count) const override {
        repeat_in_own_process([&] { return odbc::worker(connection(place.by_counter, 0), work); },
                              count);
        return true;
    }

  private:
    static std::size_t database(Work work, std::size_t client) {
        return work == Work::insert ? client : 0;
    }
    static std::string connection(const std::string& address, std::size_t database) {
        return fmt::format("Driver={};Server={};Database={}", DQLITE_ODBC_DRIVER, address,
                           database_of(database));
    }
};

class Client final : public System {
  public:
    std::string name() const override { return "client"; }
    Figures fetch(const Place& place) const override {
        return fetch_in_own_process([&](Figures& figures) { cxx::fetch(place.address, figures); });
    }
    Figures latency(const Place& place, Work work, std::size_t clients) const override {
        return latency_of(work, clients, [&](std::size_t client) {
            return cxx::worker(place.address, work, client);
        });
    }
    Figures array(const Place&) const override { return {}; }
    Figures connect(const Place& place) const override {
        return connects_of([&] { return cxx::worker(place.address, Work::connect, 0); });
    }
    bool repeat(const Place& place, Work work, std::size_t count) const override {
        repeat_in_own_process([&] { return cxx::worker(place.by_counter, work, 0); }, count);
        return true;
    }
};

class Program final : public System {
  public:
    Program(std::string name, std::vector<std::string> command)
        : name_{std::move(name)}, command_{std::move(command)} {}
    std::string name() const override { return name_; }
    Figures fetch(const Place& place) const override {
        return run(Processors::all, "fetch", place.address);
    }
    Figures latency(const Place& place, Work work, std::size_t clients) const override {
        return run(Processors::two, bench::name(work), place.address,
                   {"--clients", std::to_string(clients)});
    }
    Figures array(const Place& place) const override {
        return run(Processors::all, "array", place.address);
    }
    Figures connect(const Place& place) const override {
        return run(Processors::all, "connect", place.address);
    }
    bool repeat(const Place& place, Work work, std::size_t count) const override {
        (void)run(Processors::all, bench::name(work), place.by_counter,
                  {"--count", std::to_string(count)});
        return true;
    }

  private:
    [[nodiscard]] Figures run(Processors processors, const std::string& work,
                              const std::string& address,
                              const std::vector<std::string>& more = {}) const {
        auto command = command_;
        command.insert(command.end(), {"--rows", std::to_string(sizes.rows), "--milliseconds",
                                       std::to_string(sizes.latency.count())});
        command.insert(command.end(), more.begin(), more.end());
        command.insert(command.end(), {work, address});
        return from_program(processors, command);
    }

    std::string name_;
    std::vector<std::string> command_;
};

class OtherDriver final : public System {
  public:
    OtherDriver(std::string name, std::string connection)
        : name_{std::move(name)}, connection_{std::move(connection)} {
        (void)in_own_process(Processors::all, [&](Figures&) {
            odbc::prepare_tables(connection_, is_sqlite() ? "BLOB" : "BYTEA");
        });
    }
    std::string name() const override { return name_; }
    Figures fetch(const Place&) const override {
        return fetch_in_own_process(
            [&](Figures& figures) { odbc::fetch_blocks(connection_, figures); });
    }
    Figures latency(const Place&, Work work, std::size_t clients) const override {
        // A file has one writer at a time.
        if (is_sqlite() && work == Work::insert && clients > 1) return {};
        return latency_of(work, clients,
                          [&](std::size_t) { return odbc::worker(connection_, work); });
    }
    Figures array(const Place&) const override {
        return in_own_process(Processors::all,
                              [&](Figures& figures) { odbc::array(connection_, true, figures); });
    }
    Figures connect(const Place&) const override {
        return connects_of([&] { return odbc::worker(connection_, Work::connect); });
    }
    bool repeat(const Place&, Work, std::size_t) const override { return false; }

  private:
    [[nodiscard]] bool is_sqlite() const { return name_ == "sqliteodbc"; }

    std::string name_;
    std::string connection_;
};

}  // namespace

Systems own_systems() {
    Systems systems;
    systems.push_back(std::make_unique<Raw>());
    systems.push_back(std::make_unique<Driver>());
    systems.push_back(std::make_unique<Client>());
    return systems;
}

std::unique_ptr<System> program_system(std::string name, std::vector<std::string> command) {
    return std::make_unique<Program>(std::move(name), std::move(command));
}

std::unique_ptr<System> odbc_system(std::string name, std::string connection) {
    return std::make_unique<OtherDriver>(std::move(name), std::move(connection));
}

}  // namespace dqlite::bench
