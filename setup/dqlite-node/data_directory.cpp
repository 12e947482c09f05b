#include "setup/dqlite-node/data_directory.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>

#include <yaml-cpp/yaml.h>

namespace dqlite::node {

namespace {

std::string reason() {
    return std::strerror(errno);
}

Failure unusable(std::string message) {
    return {exit_code::directory, std::move(message)};
}

bool write_whole(int fd, const std::string& text) {
    return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
           fsync(fd) == 0;
}

}  // namespace

std::optional<Failure> DataDirectory::open(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) {
        return unusable("the data directory " + path + " cannot be opened: " + reason());
    }
    if (!S_ISDIR(status.st_mode)) {
        return unusable(path + " is not a directory");
    }
    // A lock of our own: libdqlite 1.11 takes none, and 1.18's is on another file.
    const std::string name = path + "/dqlite-node.lock";
    FileDescriptor lock{::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!lock.valid()) {
        return unusable("the data directory " + path + " is not writable: " + reason());
    }
    if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return Failure{exit_code::in_use,
                       "the data directory " + path + " is locked: another node runs on it"};
    }
    path_ = path;
    lock_ = std::move(lock);
    return std::nullopt;
}

std::optional<Failure> DataDirectory::load(std::optional<NodeInfo>& out) const {
    out.reset();
    if (access(info_file().c_str(), F_OK) != 0 && errno == ENOENT) {
        return std::nullopt;
    }
    try {
        const YAML::Node yaml = YAML::LoadFile(info_file());
        NodeInfo info;
        info.id = yaml["ID"].as<std::uint64_t>();
        info.address = yaml["Address"].as<std::string>();
        if (const YAML::Node role = yaml["Role"]) {
            info.role = static_cast<wire::Role>(role.as<std::uint64_t>());
        }
        out = std::move(info);
        return std::nullopt;
    } catch (const YAML::Exception& e) {
        return unusable(info_file() + " cannot be read: " + e.what());
    }
}

// Written beside and renamed over, so that a crash leaves the old one or the new one.
std::optional<Failure> DataDirectory::save(const NodeInfo& info) const {
    YAML::Emitter yaml;
    yaml << YAML::BeginMap << YAML::Key << "Address" << YAML::Value << YAML::DoubleQuoted
         << info.address << YAML::Key << "ID" << YAML::Value << info.id;
    if (info.role) {
        yaml << YAML::Key << "Role" << YAML::Value << static_cast<std::uint64_t>(*info.role);
    }
    yaml << YAML::EndMap << YAML::Newline;

    const std::string fresh = info_file() + ".new";
    const FileDescriptor file{
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
    if (!file.valid() || !write_whole(file.get(), yaml.c_str()) ||
        std::rename(fresh.c_str(), info_file().c_str()) != 0) {
        return unusable(info_file() + " cannot be written: " + reason());
    }
    return std::nullopt;
}

}  // namespace dqlite::node
