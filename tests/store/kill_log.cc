// Joining the operations of a killed process with those of its successor.
#include "tests/store/kill_log.h"

#include <map>
#include <string>
#include <vector>

#include "src/base/check.h"
#include "tests/testing/pending_ops.h"

namespace ashlar::testkit {
namespace {

// Above every number of the first log.
constexpr uint64_t kNewNumbers = 1'000'000;

// Which file each name stands for after the first `point` operations.
std::map<std::string, uint64_t> NamesAt(const OpLog& log, size_t point) {
  std::map<std::string, uint64_t> names = log.file_numbers;
  for (size_t i = 0; i < point; ++i) {
    const Op& op = log.ops[i];
    if (op.kind == OpKind::kCreate) names[op.name] = op.file;
    if (op.kind == OpKind::kUnlink || op.kind == OpKind::kRename) names.erase(op.name);
    if (op.kind == OpKind::kRename) names[op.target] = op.file;
  }
  return names;
}

}  // namespace

FileTree LiveTree(const OpLog& log, size_t point) {
  const PendingOps pending(log, point);
  return pending.Build(std::vector<Fate>(pending.ops().size()));
}

OpLog JoinLogs(const OpLog& killed, size_t point, const OpLog& next) {
  ASHLAR_CHECK(point <= killed.ops.size());
  const std::map<std::string, uint64_t> names = NamesAt(killed, point);
  std::map<uint64_t, uint64_t> old_numbers;
  for (const auto& [name, number] : next.file_numbers) old_numbers[number] = names.at(name);
  OpLog joined = killed;
  joined.ops.resize(point);
  for (const Op& op : next.ops) {
    Op& added = joined.ops.emplace_back(op);
    const auto old = old_numbers.find(op.file);
    added.file = old != old_numbers.end() ? old->second : op.file + kNewNumbers;
  }
  return joined;
}

}  // namespace ashlar::testkit
