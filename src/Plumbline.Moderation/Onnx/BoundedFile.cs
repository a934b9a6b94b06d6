namespace Plumbline.Moderation.Onnx;

/// <summary>Reads files from outside whose size is bounded.</summary>
internal static class BoundedFile
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximum">The most bytes it may have.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <exception cref="InvalidInputException">It is missing, too large, or cannot be read.</exception>
    public static byte[] Read(string path, long maximum, string what)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > maximum)
            {
                throw new InvalidInputException(
                    $"The file has {stream.Length} bytes; at most {maximum} are read.",
                    $"Check that it is {what}.",
                    new InputPosition(path)
                );
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                $"Give the path of {what}.",
                new InputPosition(path),
                failure
            );
        }
    }
}
