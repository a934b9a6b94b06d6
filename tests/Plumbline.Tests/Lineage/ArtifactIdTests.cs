using Plumbline.Constitutions;
using Plumbline.Lineage;
using Plumbline.Runs;
using Plumbline.Testing;

namespace Plumbline.Tests.Lineage;

public sealed class ArtifactIdTests
{
    [Fact]
    public void A_files_id_is_the_SHA256_of_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("a.txt", "abc");

        Assert.Equal("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ArtifactId.OfFile(file));
        Assert.Equal(ArtifactId.OfFile(file), ArtifactId.OfText("abc"));
        Assert.Equal(ArtifactId.OfFile(file), ArtifactId.Of(InputFact.Of(file)));
        Assert.True(ArtifactId.IsHash(ArtifactId.OfFile(file)));
        Assert.False(ArtifactId.IsHash("sha256:BA"));
    }

    [Fact]
    public void A_folders_id_follows_names_and_contents_and_not_where_it_lies()
    {
        using var folder = new TemporaryFolder();
        string Model(string name, string config = "{}", string weights = "w", string weightsName = "sub/weights")
        {
            folder.Write($"{name}/config.json", config);
            folder.Write($"{name}/{weightsName}", weights);
            return ArtifactId.OfFolder(folder.File(name));
        }

        var id = Model("one");

        Assert.Equal(id, Model("two"));
        Assert.NotEqual(id, Model("three", config: "[]"));
        Assert.NotEqual(id, Model("four", weights: "v"));
        Assert.NotEqual(id, Model("five", weightsName: "sub/other"));
        Assert.NotEqual(id, Model("six", weightsName: "weights"));
    }

    [Fact]
    public void Folders_that_are_not_there_or_empty_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidInputException>(() => ArtifactId.OfFolder(folder.File("none")));
        Assert.Throws<InvalidInputException>(() => ArtifactId.OfFolder(folder.Path));
    }

    [Fact]
    public void A_constitutions_id_is_the_hash_of_what_it_says()
    {
        var constitution = ConstitutionFile.Read("general");
        Assert.Equal($"constitution:{ConstitutionHash.Of(constitution)}", ArtifactId.Of(constitution));
    }
}
