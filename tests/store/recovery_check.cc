// Judging a directory that a crash left behind.
#include "tests/store/recovery_check.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/store/garbage.h"
#include "src/store/store_impl.h"
#include "tests/store/scenarios.h"
#include "tests/store/store_fixture.h"
#include "tests/testing/corruption.h"

namespace ashlar::testkit {
namespace {

constexpr std::string_view kProbe = "probe";

absl::Status Wrong(const std::string& what) { return absl::InternalError(what); }

absl::Status Named(std::string_view when, const absl::Status& status) {
  if (status.ok()) return status;
  return Wrong(base::StrCat(when, ": ", status.ToString()));
}

// Models of `legal` that hold what the store holds.
absl::StatusOr<LegalModels> Match(const Store& store, const LegalModels& legal) {
  ASSIGN_OR_RETURN(const StoreModel actual, ReadModel(store, legal.front()->newest_only));
  LegalModels matching;
  std::string differences;
  for (const StoreModel* model : legal) {
    const std::string difference = DifferenceBetween(*model, actual);
    if (difference.empty()) {
      matching.push_back(model);
    } else {
      differences += base::StrCat("; ", difference);
    }
  }
  if (matching.empty()) return Wrong(base::StrCat("no legal state", differences));
  return matching;
}

// A reader beside nobody: finds a legal state, or nothing where nothing was acknowledged.
absl::Status CheckReader(Driver& driver, const LegalModels& legal) {
  const absl::Status opened = driver.Open({.mode = AccessMode::kReadOnly});
  if (absl::IsNotFound(opened)) {
    const bool nothing = std::any_of(legal.begin(), legal.end(), [](const StoreModel* model) {
      return model->newest().empty() && model->versions.contains(0);
    });
    return nothing ? absl::OkStatus() : Wrong("a reader finds no store");
  }
  RETURN_IF_ERROR(opened);
  RETURN_IF_ERROR(Match(*driver.store, legal).status());
  return driver.Close();
}

absl::Status CommitProbe(Driver& driver) {
  ASSIGN_OR_RETURN(WriteTransaction transaction, driver.store->BeginWrite());
  RETURN_IF_ERROR(transaction.CreateDataset(kProbe, CitySchema()));
  RETURN_IF_ERROR(transaction.Append(kProbe, CityRows(9000, 5)));
  return std::move(transaction).Commit().status();
}

std::vector<StoreModel> WithProbe(const LegalModels& legal) {
  std::vector<StoreModel> models;
  for (const StoreModel* model : legal) {
    StoreModel& with = models.emplace_back(*model);
    Content next = with.newest();
    next[std::string(kProbe)] = CityRows(9000, 5);
    with.Commit(std::move(next));
  }
  return models;
}

LegalModels Pointers(const std::vector<StoreModel>& models) {
  LegalModels pointers;
  for (const StoreModel& model : models) pointers.push_back(&model);
  return pointers;
}

absl::Status OpenAndMatch(Driver& driver, LegalModels* legal) {
  RETURN_IF_ERROR(driver.Open());
  ASSIGN_OR_RETURN(*legal, Match(*driver.store, *legal));
  return CheckFilesOf(*driver.core);
}

}  // namespace

absl::Status Recover(const std::shared_ptr<io::FileSystem>& files) {
  Driver driver;
  driver.files = files;
  return driver.Open();
}

absl::Status CheckFilesOf(store::StoreCore& core) {
  std::set<std::string> expected;
  for (const uint64_t id : store::LiveFileIds(core, *core.current())) {
    expected.insert(io::SegmentName(id));
  }
  ASSIGN_OR_RETURN(const FileTree tree, ReadTree(*core.files));
  const uint64_t manifest = core.publisher->manifest_number();
  for (const auto& [name, content] : tree.files) {
    const auto parsed = io::ParseFileName(name);
    if (!parsed.has_value()) return Wrong(name + " is no file of a store");
    switch (parsed->kind) {
      case io::FileKind::kSegment:
        if (expected.erase(name) == 0) return Wrong(name + " is an orphan");
        break;
      case io::FileKind::kManifest:
        if (parsed->number > manifest || parsed->number + 2 <= manifest) {
          return Wrong(base::StrCat(name, " is left beside manifest ", manifest));
        }
        break;
      default:  // CURRENT.tmp, of which there is one at most, goes with the next swap
        break;
    }
  }
  return expected.empty() ? absl::OkStatus() : Wrong(*expected.begin() + " is missing");
}

absl::Status CheckRecovery(const FileTree& tree, const LegalModels& legal) {
  Driver driver;
  driver.clock.Advance(std::chrono::hours(1));
  driver.files = MakeFileSystem(tree);
  driver.small_commits = legal.front()->newest_only;
  RETURN_IF_ERROR(Named("as a reader", CheckReader(driver, legal)));
  LegalModels found = legal;
  RETURN_IF_ERROR(Named("recovery", OpenAndMatch(driver, &found)));
  RETURN_IF_ERROR(Named("close", driver.Close()));
  RETURN_IF_ERROR(Named("second opening", OpenAndMatch(driver, &found)));
  RETURN_IF_ERROR(Named("commit", CommitProbe(driver)));
  const std::vector<StoreModel> with_probe = WithProbe(found);
  LegalModels after = Pointers(with_probe);
  RETURN_IF_ERROR(Named("after the commit", Match(*driver.store, after).status()));
  RETURN_IF_ERROR(Named("second close", driver.Close()));
  return Named("third opening", OpenAndMatch(driver, &after));
}

}  // namespace ashlar::testkit
