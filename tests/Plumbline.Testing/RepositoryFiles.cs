namespace Plumbline.Testing;

/// <summary>Files of the repository that the tests were built from.</summary>
public static class RepositoryFiles
{
    /// <summary>The full path of a file, by its folders and name from the root on.</summary>
    public static string Path(params string[] parts)
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(at, "Plumbline.slnx")))
        {
            at =
                System.IO.Path.GetDirectoryName(at)
                ?? throw new InvalidOperationException("The tests do not run inside of the repository.");
        }

        return System.IO.Path.Combine([at, .. parts]);
    }
}
