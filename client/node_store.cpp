#include "client/node_store.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "client/text.h"

namespace dqlite::client {
namespace {

constexpr std::size_t max_file_size = std::size_t{1} << 20U;
constexpr std::size_t max_nodes = 10'000;

Error store_error(const std::string& path, std::string_view why) {
    return {.kind = ErrorKind::invalid,
            .message = fmt::format("node store \"{}\": {}", safe_text(path), safe_text(why))};
}

Error system_error(const std::string& path, std::string_view what) {
    const int code = errno;
    return store_error(path, fmt::format("{}: {}", what, std::strerror(code)));
}

/// A file descriptor that closes itself.
class File {
  public:
    explicit File(int descriptor) noexcept : descriptor_{descriptor} {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
    [[nodiscard]] int get() const noexcept { return descriptor_; }

  private:
    int descriptor_;
};

Result<std::string> read_whole(const std::string& path) {
    const File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (!file.is_open()) return fail(system_error(path, "cannot be opened"));
    struct stat info {};
    if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return fail(store_error(path, "is not a regular file"));
    }
    std::string text(max_file_size + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t part = ::read(file.get(), text.data() + size, text.size() - size);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return fail(system_error(path, "cannot be read"));
        if (part == 0) break;
        size += static_cast<std::size_t>(part);
    }
    if (size > max_file_size) return fail(store_error(path, "is larger than 1 MiB"));
    text.resize(size);
    return text;
}

// go-dqlite writes the keys in capitals; older files and hands write them small.
YAML::Node member(const YAML::Node& entry, const char* name, const char* small_name) {
    const YAML::Node found = entry[name];
    return found ? found : entry[small_name];
}

std::optional<wire::Role> parse_role(const YAML::Node& node) {
    if (!node) return wire::Role::voter;
    const auto text = node.as<std::string>();
    if (text == "0" || text == "voter") return wire::Role::voter;
    if (text == "1" || text == "stand-by" || text == "standby") return wire::Role::standby;
    if (text == "2" || text == "spare") return wire::Role::spare;
    return std::nullopt;
}

Result<StoredNode> parse_entry(const std::string& path, const YAML::Node& entry) {
    if (!entry.IsMap()) return fail(store_error(path, "an entry is not a map"));
    const YAML::Node id = member(entry, "ID", "id");
    const YAML::Node address = member(entry, "Address", "address");
    if (!id || !address) return fail(store_error(path, "an entry lacks ID or Address"));
    auto parsed = parse_address(address.as<std::string>(), default_node_port);
    if (!parsed) return fail(store_error(path, parsed.error().message));
    const auto role = parse_role(member(entry, "Role", "role"));
    if (!role) return fail(store_error(path, "a role is none of 0, 1, 2"));
    return StoredNode{id.as<std::uint64_t>(), std::move(*parsed), *role};
}

Result<std::vector<StoredNode>> parse_nodes(const std::string& path, const std::string& text) {
    const YAML::Node document = YAML::Load(text);
    std::vector<StoredNode> nodes;
    if (document.IsNull()) return nodes;
    if (!document.IsSequence()) return fail(store_error(path, "is not a list of nodes"));
    if (document.size() > max_nodes) return fail(store_error(path, "has too many nodes"));
    for (const YAML::Node& entry : document) {
        auto node = parse_entry(path, entry);
        if (!node) return fail(std::move(node.error()));
        const bool known = std::any_of(nodes.begin(), nodes.end(), [&](const StoredNode& other) {
            return other.address == node->address;
        });
        if (!known) nodes.push_back(std::move(*node));
    }
    return nodes;
}

/// Where the file really is, if it is ours to replace: a rename would give another user's file, or
/// what another user's link points to, a new owner and content.
Result<std::string> replaceable(const std::string& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0) return fail(system_error(path, "cannot be replaced"));
    if (info.st_uid != ::geteuid()) return fail(store_error(path, "belongs to another user"));
    std::string place = path;
    if (S_ISLNK(info.st_mode)) {
        std::error_code error;
        place = std::filesystem::canonical(path, error).string();
        if (error || ::lstat(place.c_str(), &info) != 0 || info.st_uid != ::geteuid()) {
            return fail(store_error(path, "is a link to what is not this user's"));
        }
    }
    if (!S_ISREG(info.st_mode)) return fail(store_error(path, "is not a regular file"));
    // Asked of the mode: to the superuser every file is writable.
    if ((info.st_mode & S_IWUSR) == 0) return fail(store_error(path, "is read-only"));
    return place;
}

bool has_address(std::span<const StoredNode> nodes, const Address& address) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const StoredNode& node) { return node.address == address; });
}

/// A node that was started anew, or belongs to another cluster, tells a list of its own.
bool may_replace(std::span<const StoredNode> stored, std::span<const StoredNode> told) {
    if (told.empty()) return false;
    if (stored.empty()) return true;
    if (told.size() == 1 && stored.size() > 1) return false;
    return std::any_of(told.begin(), told.end(),
                       [&](const StoredNode& node) { return has_address(stored, node.address); });
}

bool write_whole(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t part = ::write(descriptor, text.data(), text.size());
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(part));
    }
    return ::fsync(descriptor) == 0;
}

}  // namespace

Result<std::vector<StoredNode>> read_node_store(const std::string& path) {
    const auto text = read_whole(path);
    if (!text) return fail(text.error());
    try {
        return parse_nodes(path, *text);
    } catch (const YAML::Exception& error) {
        return fail(store_error(path, error.what()));
    }
}

Result<void> write_node_store(const std::string& path, std::span<const StoredNode> nodes) {
    std::string text;
    for (const StoredNode& node : nodes) {
        text += fmt::format("- Address: \"{}\"\n  ID: {}\n  Role: {}\n", node.address.text(),
                            node.id, static_cast<std::uint64_t>(node.role));
    }
    if (nodes.empty()) text = "[]\n";

    // mkostemp makes the file with mode 0600, as go-dqlite does.
    std::string temporary = path + ".XXXXXX";
    const File file{::mkostemp(temporary.data(), O_CLOEXEC)};
    if (!file.is_open()) return fail(system_error(path, "cannot be replaced"));
    if (!write_whole(file.get(), text) || ::rename(temporary.c_str(), path.c_str()) != 0) {
        Error error = system_error(path, "cannot be replaced");
        ::unlink(temporary.c_str());
        return fail(std::move(error));
    }
    const std::string folder = std::filesystem::path{path}.parent_path().string();
    const File directory{
        ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!directory.is_open() || ::fsync(directory.get()) != 0) {
        return fail(system_error(path, "was replaced, but may not survive a crash"));
    }
    return {};
}

bool same_nodes(std::span<const StoredNode> a, std::span<const StoredNode> b) {
    return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

Result<bool> refresh_node_store(const std::string& path, std::span<const StoredNode> told) {
    // Other processes see whole files; within this one nobody's newer answer is overwritten.
    static std::mutex one_at_a_time;
    const std::lock_guard lock{one_at_a_time};
    const auto stored = read_node_store(path);
    if (!stored) return fail(stored.error());
    if (same_nodes(*stored, told) || !may_replace(*stored, told)) return false;
    auto place = replaceable(path);
    if (!place) return fail(std::move(place.error()));
    if (auto written = write_node_store(*place, told); !written) {
        return fail(std::move(written.error()));
    }
    return true;
}

}  // namespace dqlite::client
