namespace Plumbline.Moderation.Tests.Onnx;

public sealed class NativeLibraryTests
{
    [Theory]
    [InlineData("libonnxruntime.so")]
    [InlineData("libSkiaSharp.so")]
    public void The_native_libraries_of_Linux_come_with_the_build(string library)
    {
        // Beside the program where it is built for one platform, else in the folder of the platform.
        string[] places = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native")];

        Assert.Contains(places, place => File.Exists(Path.Combine(place, library)));
    }
}
