// Finding out what was durable at a point of a log.
#include "tests/testing/order_checker.h"

#include <cstdint>
#include <optional>
#include <string>

#include "src/base/check.h"
#include "tests/testing/pending_ops.h"

namespace ashlar::testkit {
namespace {

// What the log's beginning says of one name.
struct Entry {
  std::optional<uint64_t> file;  // Whose bytes the name stands for; nullopt when it is absent.
  bool durable = true;           // No change of the entry is pending.
};

bool Binds(const Op& op, std::string_view name) {
  return (op.kind == OpKind::kCreate && op.name == name) ||
         (op.kind == OpKind::kRename && op.target == name);
}

bool Unbinds(const Op& op, std::string_view name) {
  return (op.kind == OpKind::kUnlink || op.kind == OpKind::kRename) && op.name == name;
}

Entry Follow(const OpLog& log, size_t op_count, std::string_view name) {
  Entry entry;
  const auto initial = log.file_numbers.find(std::string(name));
  if (initial != log.file_numbers.end()) entry.file = initial->second;
  const std::string directory = DirectoryOf(name);
  for (size_t i = 0; i < op_count; ++i) {
    const Op& op = log.ops[i];
    if (Binds(op, name)) {
      entry = {op.file, false};
    } else if (Unbinds(op, name)) {
      entry = {std::nullopt, false};
    } else if (op.kind == OpKind::kSyncDirectory && op.name == directory) {
      entry.durable = true;
    }
  }
  return entry;
}

bool DirectoryIsDurable(const OpLog& log, size_t op_count, const std::string& directory) {
  bool durable = directory.empty() || log.initial.directories.contains(directory);
  bool made = false;
  for (size_t i = 0; i < op_count; ++i) {
    const Op& op = log.ops[i];
    made |= op.kind == OpKind::kMakeDirectory && op.name == directory;
    durable |= made && op.kind == OpKind::kSyncDirectory && op.name.empty();
  }
  return durable;
}

bool BytesAreDurable(const OpLog& log, size_t op_count, uint64_t file) {
  bool durable = true;
  for (size_t i = 0; i < op_count; ++i) {
    const Op& op = log.ops[i];
    if (op.file != file) continue;
    if (IsDataOp(op)) durable = false;
    if (op.kind == OpKind::kSync) durable = true;
  }
  return durable;
}

}  // namespace

bool IsDurable(const OpLog& log, size_t op_count, std::string_view name) {
  ASHLAR_CHECK(op_count <= log.ops.size());
  const Entry entry = Follow(log, op_count, name);
  return entry.file.has_value() && entry.durable &&
         DirectoryIsDurable(log, op_count, DirectoryOf(name)) &&
         BytesAreDurable(log, op_count, *entry.file);
}

bool IsDurablyGone(const OpLog& log, size_t op_count, std::string_view name) {
  ASHLAR_CHECK(op_count <= log.ops.size());
  const Entry entry = Follow(log, op_count, name);
  return !entry.file.has_value() && entry.durable;
}

std::vector<size_t> FindOps(const OpLog& log, OpKind kind, std::string_view name) {
  std::vector<size_t> found;
  for (size_t i = 0; i < log.ops.size(); ++i) {
    if (log.ops[i].kind == kind && log.ops[i].name == name) found.push_back(i);
  }
  return found;
}

}  // namespace ashlar::testkit
