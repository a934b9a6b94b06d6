using Xunit;

namespace Plumbline.Testing;

/// <summary>
/// Finds the real data sets that tests measure on: the folder named by <c>PLUMBLINE_DATA</c>, or <c>../shared/data</c> beside the repository.
/// Where neither exists the test is skipped with that reason; in CI (<c>CI=true</c>) it fails instead.
/// </summary>
public static class RealData
{
    /// <summary>The full path of <paramref name="relativePath"/> inside the data folder; skips the running test where there is no such folder.</summary>
    public static string Path(string relativePath)
    {
        var folder = Folder();
        if (folder is null)
        {
            const string reason = "No real data here: set PLUMBLINE_DATA, or put the folder shared/data beside the repository.";
            Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.Ordinal), reason);
            Assert.Skip(reason);
        }

        var path = System.IO.Path.Combine(folder, relativePath);
        Assert.True(File.Exists(path) || Directory.Exists(path), $"The data folder {folder} lacks {relativePath}.");
        return path;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("PLUMBLINE_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = System.IO.Path.Combine(at.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
