using System.Buffers.Binary;
using Plumbline.Data;
using Plumbline.Feedback.Exchange;
using Plumbline.Feedback.Projects;
using Plumbline.Feedback.Tests.Projects;

namespace Plumbline.Feedback.Tests.Exchange;

public sealed class RoundTripTests(PostgresServer server)
{
    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Tasks_that_were_imported_ranked_and_exported_are_known_when_they_come_back(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var project = await stores.Projects.OpenProjectAsync("open", Tasks.Settings() with { RankingsWanted = 2 }, "ada");
        var path = place.Folder.Write(
            "tasks.jsonl",
            string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"prompt": "p{{i}}", "answers": ["a{{i}}", "b", "c"]}"""))
        );
        Assert.Equal(20, (await TaskImport.RunAsync(stores, project, new(path))).TasksNew);
        foreach (var rater in new[] { "anna", "ben" })
        {
            while (await stores.WorkAsync(project, rater, rater == "anna" ? [1, 2, 3] : [2, 1, 3]) is not null) { }
        }

        var export = place.Folder.File("ranked.jsonl");
        Assert.Equal(20, await FeedbackExport.WriteAsync(stores, export, new() { Project = project }));
        var back = await TaskImport.RunAsync(stores, project, new(export) { RanksAsVotes = true });

        Assert.Equal((0, 20), (back.TasksNew, back.TasksKnown));
        // The tasks have all the rankings they wanted.
        Assert.Equal(20, back.LeftOut[LeftOutReason.VoteRefused]);

        // Another project gets them anew, with the order as a vote, and gives the same data set.
        var other = await stores.Projects.OpenProjectAsync("open other", Tasks.Settings("other"), "ada");
        back = await TaskImport.RunAsync(stores, other, new(export) { RanksAsVotes = true, RankingsWanted = 0 });
        Assert.Equal((20, 20), (back.TasksNew, back.VotesNew));
        var second = place.Folder.File("second.jsonl");
        await FeedbackExport.WriteAsync(stores, second, new() { Project = other });
        Assert.Equal(await File.ReadAllTextAsync(export), await File.ReadAllTextAsync(second));
        await TaskReplay.AssertWholeAsync(place, stores);
    }

    [Fact]
    public async Task Pictures_are_kept_with_their_tasks_and_come_back_as_files_beside_the_export()
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var project = await OpenAsync(stores, "pictures");
        place.Folder.Write("in/tasks.jsonl", """{"prompt": "A cat", "images": ["cats/one.png", "two.jpg", "./three.gif"]}""");
        Directory.CreateDirectory(place.Folder.File("in/cats"));
        Picture("in/cats/one.png", Png);
        Picture("in/two.jpg", [0xFF, 0xD8, 0xFF]);
        Picture("in/three.gif", "GIF89a"u8);
        var options = new ImportOptions(place.Folder.File("in/tasks.jsonl"));

        Assert.Equal(1, (await TaskImport.RunAsync(stores, project, options)).TasksNew);
        Assert.Equal(1, (await TaskImport.RunAsync(stores, project, options)).TasksKnown);
        var (asked, _) = Assert.Single(await Imported.TasksAsync(stores));
        Assert.All(asked.Answers, answer => Assert.True(PictureAddress.IsOne(answer)));
        await stores.WorkAsync(project, "anna", 2, 1, 3);
        Directory.CreateDirectory(place.Folder.File("out"));
        var export = place.Folder.File("out/ranked.jsonl");
        Assert.Equal(1, await FeedbackExport.WriteAsync(stores, export));

        var ranked = Assert.IsType<RankedExample>(Assert.Single(DatasetReader.Open(new(export) { Strict = true }).Read()));
        Assert.Equal(["gif", "jpg", "png"], ranked.Answers.Select(answer => answer.Text!.Split('.')[1]).Order());
        foreach (var (name, address) in ranked.Answers.Zip([asked.Answers[1], asked.Answers[0], asked.Answers[2]]))
        {
            var content = await File.ReadAllBytesAsync(Path.Combine(place.Folder.File("out"), name.Text!));
            Assert.Equal(address, PictureAddress.Of(content));
        }

        // The export is a file of tasks too, of the same pictures.
        var back = await TaskImport.RunAsync(stores, project, new(export));
        Assert.Equal((0, 1), (back.TasksNew, back.TasksKnown));
        Assert.Equal(1, (await TaskImport.RunAsync(stores, await OpenAsync(stores, "others"), new(export))).TasksNew);

        void Picture(string name, ReadOnlySpan<byte> start)
        {
            Span<byte> content = stackalloc byte[64];
            start.CopyTo(content);
            BinaryPrimitives.WriteInt32LittleEndian(content[60..], name.Length);
            File.WriteAllBytes(place.Folder.File(name), content.ToArray());
        }
    }

    [Theory]
    [InlineData("missing.png", "cannot be read")]
    [InlineData("../secret.png", "lies outside the folder")]
    [InlineData("/etc/hostname", "lies outside the folder")]
    [InlineData("https://example.org/a.png", "lies outside the folder")]
    [InlineData("drawn.svg", "is SVG")]
    [InlineData("words.png", "is neither PNG")]
    [InlineData("large.png", "has 20971521 bytes")]
    [InlineData("", "'answer 1' is empty")]
    public async Task A_picture_that_cannot_be_used_leaves_its_row_out(string name, string problem)
    {
        await using var place = await TestStore.CreateAsync(Engine.Sqlite, server);
        var stores = await place.OpenAllAsync();
        var project = await OpenAsync(stores, "pictures");
        await File.WriteAllBytesAsync(place.Folder.File("secret.png"), Png);
        place.Folder.Write("in/drawn.svg", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>");
        place.Folder.Write("in/words.png", "no picture");
        var path = place.Folder.Write("in/tasks.jsonl", $$"""{"prompt": "A cat", "answers": ["{{name}}"]}""");
        await using (var large = File.Create(place.Folder.File("in/large.png")))
        {
            large.SetLength(ProjectLimits.LargestPicture + 1);
        }

        var refusal = await Assert.ThrowsAsync<InvalidInputException>(() =>
            TaskImport.RunAsync(stores, project, new(path) { Strict = true })
        );

        Assert.Contains(problem, refusal.Problem);
        Assert.Equal(new InputPosition(path, 1), refusal.Position);
        Assert.NotNull(refusal.Mend);
    }

    [Fact]
    public void Pictures_are_told_by_their_first_bytes()
    {
        Assert.Equal("image/png", PictureMedia.Of(Png));
        Assert.Equal("image/jpeg", PictureMedia.Of([0xFF, 0xD8, 0xFF, 0xE0]));
        Assert.Equal("image/gif", PictureMedia.Of("GIF87a"u8));
        Assert.Equal("image/webp", PictureMedia.Of("RIFF\x01\x02\x03\x04WEBPVP8 "u8));
        Assert.Null(PictureMedia.Of("RIFF\x01\x02\x03\x04WAVE"u8));
        Assert.Null(PictureMedia.Of("<svg/>"u8));
        Assert.Null(PictureMedia.Of(Png.AsSpan(0, 7)));
        Assert.Null(PictureMedia.Of([]));
        Assert.Equal("webp", PictureMedia.Extension("image/webp"));
        Assert.Throws<ArgumentException>(() => PictureMedia.Extension("image/svg+xml"));
    }

    private static Task<long> OpenAsync(FeedbackStores stores, string name) =>
        stores.Projects.OpenProjectAsync(name, Tasks.Settings(name) with { Medium = AnswerMedium.Image }, "ada");
}
