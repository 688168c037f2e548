// `ashlar demo`: the main job on a real directory tree, as a story to read.
//
// The tree is only read. What changes between two runs is a directory of notes that the demo makes
// in its own temporary directory, which is gone in the end.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "ashlar/store.h"
#include "src/base/clock.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/outside_directory.h"
#include "tools/ashlar/commands.h"
#include "tools/ashlar/demo_files.h"
#include "tools/ashlar/demo_notes.h"
#include "tools/ashlar/demo_questions.h"
#include "tools/ashlar/demo_story.h"
#include "tools/ashlar/describe.h"
#include "tools/ashlar/human_text.h"
#include "tools/ashlar/progress.h"

namespace ashlar::tools {
namespace {

constexpr std::string_view kDataset = "files";
constexpr uint64_t kRowsShown = 8;

class Demo {
 public:
  // `store_name` is what commands for the reader to try call the store.
  Demo(Store& store, std::string store_name, DemoNotes notes, std::string tree,
       std::vector<std::string> own_directories, Console& console)
      : store_(store),
        store_name_(std::move(store_name)),
        notes_(std::move(notes)),
        tree_(std::move(tree)),
        own_directories_(std::move(own_directories)),
        story_(console) {}

  [[nodiscard]] absl::Status Tell();

 private:
  [[nodiscard]] absl::StatusOr<WriteStats> IndexTree();
  [[nodiscard]] absl::StatusOr<Dataset> FilesAt(const Snapshot& snapshot) const {
    return snapshot.GetDataset(kDataset);
  }
  [[nodiscard]] absl::Status FirstIndex();
  [[nodiscard]] absl::Status ShowSome();
  [[nodiscard]] absl::Status AskQuestions();
  [[nodiscard]] absl::Status IndexUnchanged();
  [[nodiscard]] absl::Status ChangeAndIndex();
  [[nodiscard]] absl::Status TravelBack();
  [[nodiscard]] absl::Status Summarise();

  Store& store_;
  std::string store_name_;
  DemoNotes notes_;
  std::string tree_;
  std::vector<std::string> own_directories_;
  DemoStory story_;
  uint64_t known_rows_ = 0;  // of the last index, for the progress bar
  uint64_t first_version_ = 0;
};

std::string WrittenText(const WriteStats& stats) {
  return base::StrCat("version ", stats.version, ": ", Many(stats.chunks_written, "column chunk"),
                      " written (", base::HumanBytes(stats.chunk_bytes()), "), ",
                      CountText(stats.chunks_skipped), " reused; ",
                      Many(stats.segments_written, "segment"), " written, ",
                      CountText(stats.segments_skipped), " kept as they are");
}

absl::StatusOr<WriteStats> Demo::IndexTree() {
  const std::chrono::nanoseconds start = base::SystemClock()->Monotonic();
  uint64_t unreadable = 0;
  absl::StatusOr<WriteStats> stats = WriteStats{};
  {
    Progress progress(story_.console(), "indexing", ProgressUnit::kCount, known_rows_);
    ASSIGN_OR_RETURN(const std::unique_ptr<DemoFiles> files,
                     DemoFiles::Open({notes_.directory(), tree_}, own_directories_, progress));
    ASSIGN_OR_RETURN(WriteTransaction transaction, store_.BeginWrite());
    if (absl::IsNotFound(transaction.Read(kDataset).status())) {
      RETURN_IF_ERROR(transaction.CreateDataset(kDataset, FilesSchema()));
    }
    RETURN_IF_ERROR(transaction.Replace(kDataset, *files));
    stats = std::move(transaction).Commit();
    RETURN_IF_ERROR(stats.status());
    unreadable = files->unreadable();
  }
  known_rows_ = stats->rows;
  RETURN_IF_ERROR(story_.Say(base::StrCat(
      CountText(stats->rows), " entries (", base::HumanBytes(stats->logical_bytes),
      " of rows) read and committed in ", DurationText(base::SystemClock()->Monotonic() - start))));
  if (unreadable > 0) {
    RETURN_IF_ERROR(story_.Say(
        base::StrCat(CountText(unreadable), " directories or entries could not be read")));
  }
  RETURN_IF_ERROR(story_.Say(WrittenText(*stats)));
  return stats;
}

absl::Status Demo::FirstIndex() {
  RETURN_IF_ERROR(
      story_.Chapter(base::StrCat("Index ", base::EscapeForTerminal(tree_),
                                  ", and three notes of our own, into dataset `", kDataset, "`")));
  ASSIGN_OR_RETURN(const WriteStats stats, IndexTree());
  first_version_ = stats.version;
  return absl::OkStatus();
}

absl::Status Demo::ShowSome() {
  RETURN_IF_ERROR(story_.Chapter("Look at some of it"));
  const Snapshot snapshot = store_.GetSnapshot();
  ASSIGN_OR_RETURN(const Dataset files, FilesAt(snapshot));
  RETURN_IF_ERROR(story_.ShowRows(files, 0, kRowsShown));
  return story_.Say(base::StrCat(
      "... and ", CountText(files.rows() - std::min(files.rows(), kRowsShown)), " more"));
}

absl::Status Demo::AskQuestions() {
  RETURN_IF_ERROR(story_.Chapter("Ask about it: columns are read where they lie in the store"));
  ASSIGN_OR_RETURN(const Dataset files, FilesAt(store_.GetSnapshot()));
  return AskAboutFiles(files, store_name_, story_);
}

absl::Status Demo::IndexUnchanged() {
  RETURN_IF_ERROR(story_.Chapter("Index the same tree again"));
  ASSIGN_OR_RETURN(const WriteStats stats, IndexTree());
  return story_.Say(stats.chunks_written == 0
                        ? "Nothing had changed, so nothing was written."
                        : "Something in the tree changed meanwhile, and only that was written.");
}

absl::Status Demo::ChangeAndIndex() {
  RETURN_IF_ERROR(story_.Chapter("Change one note, add two, and index again"));
  RETURN_IF_ERROR(notes_.Change());
  ASSIGN_OR_RETURN(const WriteStats stats, IndexTree());
  const uint64_t percent =
      stats.logical_bytes == 0 ? 0 : stats.chunk_bytes() * 100 / stats.logical_bytes;
  return story_.Say(base::StrCat(
      "The rows near the front moved all others down, but segments end where their content says: ",
      percent == 0 ? "less than 1" : base::StrCat(percent), " % of the rows' bytes were written."));
}

absl::Status Demo::TravelBack() {
  RETURN_IF_ERROR(
      story_.Chapter(base::StrCat("Read version ", first_version_, " again, beside the newest")));
  ASSIGN_OR_RETURN(const Snapshot before, store_.At(first_version_));
  const Snapshot now = store_.GetSnapshot();
  ASSIGN_OR_RETURN(const Dataset old_files, FilesAt(before));
  ASSIGN_OR_RETURN(const Dataset new_files, FilesAt(now));
  RETURN_IF_ERROR(story_.Say(base::StrCat("version ", before.version(), ", ",
                                          CountText(old_files.rows()), " rows, begins with")));
  RETURN_IF_ERROR(story_.ShowRows(old_files, 0, 3));
  RETURN_IF_ERROR(story_.Say(base::StrCat("version ", now.version(), ", ",
                                          CountText(new_files.rows()), " rows, begins with")));
  RETURN_IF_ERROR(story_.ShowRows(new_files, 0, 5));
  ASSIGN_OR_RETURN(const DiffResult diff, store_.Diff(kDataset, before, now));
  uint64_t changed = 0;
  for (const DiffRun& run : diff.runs) changed += run.rows;
  return story_.Say(base::StrCat("They differ in ", CountText(changed), " rows; ",
                                 CountText(diff.segments_shared),
                                 " shared segments were not read to know that."));
}

absl::Status Demo::Summarise() {
  RETURN_IF_ERROR(story_.Chapter("The store in the end"));
  const StoreStats stats = store_.stats();
  const std::vector<VersionInfo> versions = store_.versions();
  for (const VersionInfo& version : versions) {
    RETURN_IF_ERROR(
        story_.Say(base::StrCat("version ", version.version, " of ", TimeText(version.committed_at),
                                ", ", CountText(version.rows), " rows")));
  }
  uint64_t logical = 0;
  for (const DatasetStats& dataset : stats.datasets) logical += dataset.logical_bytes;
  RETURN_IF_ERROR(story_.Say(base::StrCat(CountText(stats.segment_files), " segment files of ",
                                          base::HumanBytes(stats.segment_file_bytes), " hold ",
                                          versions.size(), " versions; the newest alone is ",
                                          base::HumanBytes(logical), " in memory")));
  return story_.Say(base::StrCat("manifest ", base::HumanBytes(stats.manifest_bytes),
                                 ", other files ", base::HumanBytes(stats.other_bytes)));
}

absl::Status Demo::Tell() {
  RETURN_IF_ERROR(FirstIndex());
  RETURN_IF_ERROR(ShowSome());
  RETURN_IF_ERROR(AskQuestions());
  RETURN_IF_ERROR(IndexUnchanged());
  RETURN_IF_ERROR(ChangeAndIndex());
  RETURN_IF_ERROR(TravelBack());
  return Summarise();
}

}  // namespace

absl::Status Run(const DemoCommand& command, Console& console) {
  // Fails before anything is made when the tree is none.
  RETURN_IF_ERROR(io::TreeWalk::Open(command.directory).status());
  ASSIGN_OR_RETURN(const io::TemporaryDirectory scratch,
                   io::TemporaryDirectory::Make("ashlar-demo-"));
  const std::string path =
      command.store.empty() ? base::StrCat(scratch.path(), "/store") : command.store;
  ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(path));
  ASSIGN_OR_RETURN(DemoNotes notes, DemoNotes::Make(base::StrCat(scratch.path(), "/notes")));
  Demo demo(*store, command.store.empty() ? "STORE" : path, std::move(notes), command.directory,
            {scratch.path(), path}, console);
  RETURN_IF_ERROR(demo.Tell());
  RETURN_IF_ERROR(store->Close());
  RETURN_IF_ERROR(console.Write(
      command.store.empty()
          ? "\nThe store was temporary. With --store PATH it is kept, for questions of your own.\n"
          : base::StrCat("\nThe store is kept. Try: ashlar query ", base::EscapeForTerminal(path),
                         " ", kDataset, " --where \"extension = 'txt'\" --limit 3\n")));
  return console.Flush();
}

}  // namespace ashlar::tools
