// The mirror that all connections of a process to one cluster and database share.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "driver/describe/mirror_database.h"

namespace dqlite::odbc {

class SchemaMirror {
  public:
    /// The mirror of `cluster_key`, made at first use and gone with its last connection.
    [[nodiscard]] static std::shared_ptr<SchemaMirror> of(const std::string& cluster_key);

    /// The newest schema any connection has loaded; null before the first.
    [[nodiscard]] std::shared_ptr<MirrorDatabase> database() const;
    void publish(std::shared_ptr<MirrorDatabase> database);

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<MirrorDatabase> database_;
};

}  // namespace dqlite::odbc
