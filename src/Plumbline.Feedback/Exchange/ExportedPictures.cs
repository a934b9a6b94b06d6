using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Writes pictures of the store beside a data file, each once, and names them by their path from there.</summary>
/// <param name="projects">The store's pictures.</param>
/// <param name="folder">The data file's folder.</param>
internal sealed class ExportedPictures(IProjectStore projects, string folder)
{
    private const string Images = "images";

    /// <summary>The path of a picture, <c>images/HEX.png</c>, which is there when this returns.</summary>
    /// <exception cref="InvalidInputException">The store has no such picture, or one of a kind that is not known here.</exception>
    public async Task<string> NameAsync(string address, CancellationToken cancellation)
    {
        var digits = PictureAddress.DigitsOf(address);
        if (PictureMedia.Extensions.Select(extension => $"{Images}/{digits}.{extension}").FirstOrDefault(IsWritten) is { } written)
        {
            return written;
        }

        var picture =
            await projects.FindPictureAsync(address, cancellation)
            ?? throw new InvalidInputException($"The store has no picture {address}.", "Restore it from a backup.");
        var media =
            PictureMedia.Of(picture.Content.Span)
            ?? throw new InvalidInputException(
                $"The picture {address} is {picture.Media}, and neither PNG, JPEG, WebP nor GIF.",
                "Withdraw the tasks that show it, or export other projects."
            );
        var name = $"{Images}/{digits}.{PictureMedia.Extension(media)}";
        Directory.CreateDirectory(Path.Combine(folder, Images));
        DurableFile.Write(Path.Combine(folder, name), stream => stream.Write(picture.Content.Span));
        return name;
    }

    private bool IsWritten(string name) => File.Exists(Path.Combine(folder, name));
}
