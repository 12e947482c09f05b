#include "tests/bench/chart.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "tests/bench/parties.h"
#include "tests/bench/report.h"

namespace dqlite::bench {
namespace {

struct Panel {
    std::string_view title;
    std::string_view figure;
    std::string_view of_raw;  ///< what raw frames have in its place
};
constexpr std::array panels{
    Panel{"Fetch of 200,000 rows × 5: rows/s", "block.rate", "block.rate"},
    Panel{"… CPU of the client: ns a value (less is better)", "block.cpu", "block.cpu"},
    Panel{"Point select, 1 client: per second", "select.1.rate", "poll_select.1.rate"},
    Panel{"Point select, 64 clients on 2 processors: per second", "select.64.rate",
          "block_select.64.rate"},
    Panel{"Bulk insert: rows/s", "array.rate", "array.rate"},
    Panel{"Connect: per second", "connect.rate", "connect.rate"},
};

constexpr int width = 900;
constexpr int panels_a_row = 2;
constexpr int panel_width = width / panels_a_row;
constexpr int label_width = 180;
constexpr int value_width = 60;
constexpr int bar_width = panel_width - label_width - value_width - 20;
constexpr int bar_height = 9;
constexpr int group_gap = 5;
constexpr int title_height = 30;
constexpr int legend_height = 30;

/// What one party reached, on each server that was measured.
struct Group {
    std::string_view title;
    bool ours = false;
    struct Bar {
        std::size_t server;
        Spread spread;
    };
    std::vector<Bar> bars;
};

std::vector<Group> groups_of(const Samples& samples, const Panel& panel) {
    std::vector<Group> groups;
    for (const auto& client : dqlite_clients) {
        const auto figure = client.name == "raw" ? panel.of_raw : panel.figure;
        Group group{client.title, client.name == "odbc", {}};
        for (std::size_t i = 0; i < dqlite_servers.size(); ++i) {
            const auto prefix = fmt::format("{}.{}", dqlite_servers[i].name, client.name);
            if (const auto spread = samples.spread(prefix, figure))
                group.bars.push_back({i, *spread});
        }
        if (!group.bars.empty()) groups.push_back(std::move(group));
    }
    for (const auto& database : other_databases) {
        const auto spread = samples.spread(fmt::format("local.{}", database.name), panel.figure);
        if (spread) groups.push_back({database.title, false, {{dqlite_servers.size(), *spread}}});
    }
    return groups;
}

int height_of(const std::vector<Group>& groups) {
    int height = title_height + 2 * group_gap;
    for (const auto& group : groups) {
        height += static_cast<int>(std::max<std::size_t>(group.bars.size(), 2)) * bar_height;
        height += group_gap;
    }
    return height;
}

std::string draw_bar(const Group::Bar& bar, double most, int x, int y) {
    const auto length = [&](double value) { return value / most * bar_width; };
    const double middle = y + bar_height / 2.0 - 0.5;
    return fmt::format(
        "<rect class=\"s{}\" x=\"{}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\"/>"
        "<path class=\"spread\" d=\"M{:.1f} {}H{:.1f}\"/>"
        "<text class=\"value\" x=\"{:.1f}\" y=\"{}\">{}</text>\n",
        bar.server, x, y, std::max(length(bar.spread.median), 1.0), bar_height - 1,
        x + length(bar.spread.lowest), middle, x + length(bar.spread.highest),
        x + std::max(length(bar.spread.highest), 1.0) + 4, y + bar_height - 1,
        short_number(bar.spread.median));
}

std::string draw_panel(const Panel& panel, const std::vector<Group>& groups, int x, int y) {
    double most = 0;
    for (const auto& group : groups) {
        for (const auto& bar : group.bars) most = std::max(most, bar.spread.highest);
    }
    std::string out = fmt::format("<text class=\"title\" x=\"{}\" y=\"{}\">{}</text>\n", x + 10,
                                  y + title_height - 10, panel.title);
    const int bars_at = x + label_width;
    y += title_height;
    for (const auto& group : groups) {
        const int lines = static_cast<int>(std::max<std::size_t>(group.bars.size(), 2));
        out += fmt::format("<text class=\"label{}\" x=\"{}\" y=\"{}\">{}</text>\n",
                           group.ours ? " strong" : "", bars_at - 6, y + lines * bar_height / 2 + 4,
                           group.title);
        int bar_y = y + (lines - static_cast<int>(group.bars.size())) * bar_height / 2;
        for (const auto& bar : group.bars) {
            out += draw_bar(bar, most, bars_at, bar_y);
            bar_y += bar_height;
        }
        y += lines * bar_height + group_gap;
    }
    return out;
}

std::string draw_legend(const Samples& samples, int y) {
    std::string out;
    int x = 10;
    for (std::size_t i = 0; i < dqlite_servers.size(); ++i) {
        if (samples.find(dqlite_servers[i].name, "raw.block.rate") == nullptr) continue;
        out += fmt::format(
            "<rect class=\"s{}\" x=\"{}\" y=\"{}\" width=\"14\" height=\"8\"/>"
            "<text class=\"legend\" x=\"{}\" y=\"{}\">{}</text>\n",
            i, x, y, x + 19, y + 8, dqlite_servers[i].title);
        x += 125;
    }
    return out + fmt::format(
                     "<text class=\"legend\" x=\"{}\" y=\"{}\">bars: median of the rounds; "
                     "lines: lowest to highest</text>\n",
                     x, y + 8);
}

constexpr std::string_view style =
    "<style>\n"
    "svg{--ink:#1f2328;--faint:#59636e;--s0:#8fb4e8;--s1:#2f6fd0;--s2:#17407f;--s3:#9aa3ad}\n"
    "@media(prefers-color-scheme:dark){svg{--ink:#e6edf3;--faint:#9198a1;--s0:#33557f;"
    "--s1:#5b97ea;--s2:#a9cbfb;--s3:#6b737c}}\n"
    "text{font:11px system-ui,sans-serif;fill:var(--ink)}\n"
    ".title{font-size:13px;font-weight:600}.label{text-anchor:end}.strong{font-weight:700}\n"
    ".value,.legend{font-size:10px;fill:var(--faint)}\n"
    ".spread{stroke:var(--ink);stroke-width:1}\n"
    ".s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}\n"
    "</style>\n";

}  // namespace

std::string chart(const Samples& samples) {
    std::string body;
    int y = 0;
    for (std::size_t first = 0; first < panels.size(); first += panels_a_row) {
        int height = 0;
        for (std::size_t i = first; i < std::min(first + panels_a_row, panels.size()); ++i) {
            const auto groups = groups_of(samples, panels[i]);
            body += draw_panel(panels[i], groups, static_cast<int>(i - first) * panel_width, y);
            height = std::max(height, height_of(groups));
        }
        y += height;
    }
    body += draw_legend(samples, y + 10);
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" "
        "aria-label=\"What tests/bench/run measured\">\n{}{}</svg>\n",
        width, y + legend_height, style, body);
}

}  // namespace dqlite::bench
