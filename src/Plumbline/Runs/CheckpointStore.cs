using System.Globalization;

namespace Plumbline.Runs;

/// <summary>A saved state of a run.</summary>
/// <param name="Step">The step after which it was saved.</param>
/// <param name="Path">Its folder.</param>
public sealed record Checkpoint(long Step, string Path);

/// <summary>
/// <c>checkpoints/step-N/</c>. A folder of that name is whole: it is written, replaced and deleted under names with a leading dot, which nobody reads and
/// which the next opening clears away.
/// </summary>
internal sealed class CheckpointStore
{
    private const string Prefix = "step-";
    private const string Partial = ".partial";
    private const string Replaced = ".replaced";
    private const string Deleted = ".deleted";

    private readonly string folder;

    /// <summary>Opens the store and repairs what a kill left behind.</summary>
    public CheckpointStore(string folder)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        foreach (var path in Directory.GetDirectories(folder, ".step-*"))
        {
            // Killed between the two renames of a replacement: the old checkpoint is the newest whole one.
            var original = OriginalOf(path, Replaced);
            if (original is not null && !Directory.Exists(original))
            {
                Directory.Move(path, original);
            }
            else
            {
                Directory.Delete(path, recursive: true);
            }
        }
    }

    /// <summary>The checkpoints in <paramref name="folder"/>, by ascending step.</summary>
    public static List<Checkpoint> List(string folder)
    {
        var found = new List<Checkpoint>();
        foreach (var path in Directory.Exists(folder) ? Directory.GetDirectories(folder, Prefix + "*") : [])
        {
            var digits = Path.GetFileName(path)[Prefix.Length..];
            if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && NameOf(step) == Prefix + digits)
            {
                found.Add(new Checkpoint(step, path));
            }
        }

        found.Sort((left, right) => left.Step.CompareTo(right.Step));
        return found;
    }

    public Checkpoint Save(long step, Action<string> writeInto, int keep, long keepFrom = long.MaxValue)
    {
        var target = Path.Combine(folder, NameOf(step));
        var partial = Hidden(step, Partial);
        DeleteIfThere(partial);
        Directory.CreateDirectory(partial);
        writeInto(partial);
        DurableFile.FlushFolder(partial);

        var replaced = Hidden(step, Replaced);
        if (Directory.Exists(target))
        {
            DeleteIfThere(replaced);
            Directory.Move(target, replaced);
        }

        Directory.Move(partial, target);
        DeleteIfThere(replaced);
        var all = List(folder);
        foreach (var old in all.Take(all.Count - keep))
        {
            if (old.Step != step && old.Step < keepFrom)
            {
                Delete(old);
            }
        }

        return new Checkpoint(step, target);
    }

    /// <summary>Deletes a checkpoint in one step as far as any reader can see.</summary>
    public void Delete(Checkpoint checkpoint)
    {
        var hidden = Hidden(checkpoint.Step, Deleted);
        DeleteIfThere(hidden);
        Directory.Move(checkpoint.Path, hidden);
        Directory.Delete(hidden, recursive: true);
    }

    private static void DeleteIfThere(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static string NameOf(long step) => Prefix + step.ToString(CultureInfo.InvariantCulture);

    private string Hidden(long step, string purpose) => Path.Combine(folder, $".{NameOf(step)}{purpose}");

    private string? OriginalOf(string hidden, string purpose)
    {
        var name = Path.GetFileName(hidden);
        return name.EndsWith(purpose, StringComparison.Ordinal) ? Path.Combine(folder, name[1..^purpose.Length]) : null;
    }
}
