// Writes the seeds of fuzz_session: session_seeds FOLDER [STEP]. They are the lies of the tests of
// malicious servers, one input each, and what else such servers do there; every STEPth of them.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/client/whole_client.h"
#include "tests/fuzz/session_script.h"
#include "wire/protocol.h"

namespace {

using namespace dqlite;
using fuzz::Act;
using fuzz::ScriptWriter;
using test::FakePeer;
using test::FakeServer;

// Requests that the whole client makes of an honest server, and some more.
constexpr std::size_t whole_session = 40;

class Seeds {
  public:
    Seeds(std::filesystem::path folder, std::size_t step)
        : folder_{std::move(folder)}, step_{step} {
        std::filesystem::create_directories(folder_);
    }
    void add(const std::string& name, const ScriptWriter& input) {
        if (next_++ % step_ != 0) return;
        std::ofstream file{folder_ / name, std::ios::binary};
        file << input.script();
        if (!file.flush()) throw std::runtime_error{"cannot write " + name};
    }

  private:
    std::filesystem::path folder_;
    std::size_t step_;
    std::size_t next_ = 0;
};

std::vector<std::size_t> answer_sizes(const std::string& folder) {
    std::vector<std::size_t> sizes;
    const FakeServer server{[&](FakePeer& peer) {
        peer.corrupt([&](std::string& bytes) { sizes.push_back(bytes.size()); });
        FakeServer::node(test::answer_honestly)(peer);
    }};
    client::Options options;
    options.servers = {server.address()};
    client::use_whole_client(options, folder, [](const client::Error&) {});
    return sizes;
}

void add_lies(Seeds& seeds) {
    const std::filesystem::path dump = std::filesystem::temp_directory_path() / "session-seeds";
    std::filesystem::create_directory(dump);
    const auto sizes = answer_sizes(dump);
    std::filesystem::remove_all(dump);
    std::size_t number = 0;
    for (const test::Lie& lie : test::all_lies(sizes)) {
        seeds.add("lie-" + std::to_string(number++),
                  ScriptWriter{}.add_honest(lie.answer).add({Act::lie, lie}));
    }
}

/// A header that announces `words`, as often as `times`, behind `before` honest answers.
ScriptWriter announce(std::size_t before, std::uint32_t words, std::uint16_t times) {
    std::string header(wire::header_size, '\0');
    std::memcpy(header.data(), &words, sizeof(words));
    header[4] = static_cast<char>(wire::ResponseType::rows);
    return ScriptWriter{}.add_honest(before).add({Act::bytes, {}, times, header});
}

void add_scenarios(Seeds& seeds) {
    ScriptWriter circle;
    for (std::size_t i = 0; i < whole_session; ++i) circle.add({Act::second});
    seeds.add("redirect-circle", circle);
    seeds.add("redirect-outside", ScriptWriter{}.add({Act::outsider}));
    constexpr std::array<std::uint32_t, 4> lengths{0x1'0000, 0x2'0000, 0x7FFF'FFFF, 0xFFFF'FFFF};
    for (std::size_t before = 0; before < whole_session; ++before) {
        const std::string at = std::to_string(before);
        const auto after = [&](const fuzz::Step& step) {
            return ScriptWriter{}.add_honest(before).add(step);
        };
        seeds.add("endless-batches-" + at, after({Act::batches, {}, 2000}));
        seeds.add("redirect-" + at, after({Act::second}));
        seeds.add("outsider-" + at, after({Act::outsider}));
        seeds.add("silence-" + at, after({Act::silence}));
        seeds.add("close-" + at, after({Act::close}));
        seeds.add("reset-" + at, after({Act::reset}));
        for (const std::uint32_t words : lengths) {
            seeds.add("length-" + at + "-" + std::to_string(words),
                      announce(before, words, UINT16_MAX));
        }
    }
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 2 || count > 3) {
        std::fputs("usage: session_seeds FOLDER [STEP]\n", stderr);
        return 2;
    }
    Seeds seeds{arguments[1], count == 3 ? std::stoul(arguments[2]) : 1};
    add_lies(seeds);
    add_scenarios(seeds);
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "session_seeds: %s\n", error.what());
    return 1;
}
