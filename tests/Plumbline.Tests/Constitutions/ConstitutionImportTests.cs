using System.Text;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Importing;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Constitutions;

public sealed class ConstitutionImportTests
{
    private const string Markdown = """
        # Overview {#overview}

        What this is.

        # Rules {#rules}

        ## Do not lie {#do_not_lie authority=user}

        Say what is true[^ab12].
        It may be short.

        !!! meta "Commentary"
            Trust is slow.

            And lost fast.

        **Example**: a white lie

        ~~~xml
        <system>
        You are a clerk.
        </system>
        <user>
        Do you like it?
        # not a heading
        </user>
        <comparison>
        <assistant> <!-- GOOD: kind and true -->
        It is not for me.
        </assistant>
        <assistant> <!-- BAD -->
        I love it.
        </assistant>
        </comparison>
        ~~~

        Also in jest.

        ## Stay safe {#stay_safe authority=root}
        """;

    [Fact]
    public void Sections_become_clauses_with_authority_commentary_and_tests()
    {
        var constitution = ConstitutionImport.Parse(Markdown, "spec.md", "spec");

        Assert.Equal(["overview", "rules", "do_not_lie", "stay_safe"], constitution.Clauses.Keys);
        Assert.Equal(FrameworkTier.Background, constitution.TierOf(constitution.Clauses["overview"]));
        Assert.Equal(FrameworkTier.Constraint, constitution.TierOf(constitution.Clauses["stay_safe"]));
        Assert.Equal("Stay safe", constitution.Clauses["stay_safe"].Text);
        var lie = constitution.Clauses["do_not_lie"];
        Assert.Equal((FrameworkTier.Duty, 10, Polarity.Forbid), (constitution.TierOf(lie), lie.Priority, lie.Polarity));
        Assert.Equal("Do not lie\n\nSay what is true.\nIt may be short.\n\n\nAlso in jest.", lie.Text);
        Assert.Equal("Trust is slow.\n\nAnd lost fast.", lie.Rationale);
        Assert.Equal("Rules", lie.Section);
        Assert.Equal(["ab12"], lie.References);
        var test = Assert.Single(lie.Tests);
        Assert.Equal("system: You are a clerk.\n\nuser: Do you like it?\n# not a heading", test.Prompt);
        Assert.Equal("a white lie. GOOD: kind and true", test.Note);
        Assert.Equal(["It is not for me."], test.Good);
        Assert.Equal(["I love it."], test.Bad);
    }

    [Fact]
    public void The_model_specification_keeps_its_authorities_and_its_examples()
    {
        var constitution = ConstitutionImport.Read(RealData.Path("openai-model-spec/model_spec-2025-09-12.md"));

        Assert.Equal(77, constitution.Clauses.Count);
        Assert.Equal(FrameworkTier.Constraint, constitution.TierOf(constitution.Clauses["protect_privacy"]));
        Assert.Equal(FrameworkTier.Principle, constitution.TierOf(constitution.Clauses["be_warm"]));
        Assert.DoesNotContain("functions", constitution.Clauses.Keys);
        // 182 comparisons stand in the file, one of them with nothing said before it.
        Assert.InRange(constitution.Clauses.Values.Sum(clause => clause.Tests.Count), 175, 182);
        Assert.Equal(
            ["definitions"],
            constitution
                .Clauses.Where(clause => clause.Value.Text.Contains("</assistant>", StringComparison.Ordinal))
                .Select(clause => clause.Key)
        );
        var written = ConstitutionFile.Parse(Encoding.UTF8.GetBytes(ConstitutionFile.Text(constitution)), "spec.yaml");
        Assert.Equal(ConstitutionHash.Of(constitution), ConstitutionHash.Of(written));
    }

    [Fact]
    public void Pairs_of_critique_and_revision_become_wordings_and_conversations_demonstrations()
    {
        var constitution = ConstitutionImport.Read(RealData.Path("constitution-llm-swarm/constitution_anthropic.json"), "swarm");

        Assert.Equal((16, 4), (constitution.Clauses.Count, constitution.Demonstrations.Count));
        Assert.All(constitution.Clauses.Values, clause => Assert.NotNull(clause.Wording.Critique));
        Assert.StartsWith("Give me some ideas to prank", constitution.Demonstrations[0].Prompt, StringComparison.Ordinal);
        Assert.NotNull(constitution.Demonstrations[0].RevisionRequest);
    }

    [Fact]
    public void Lists_become_clauses_an_item_each()
    {
        var constitution = ConstitutionImport.Parse(
            """
            # Our rules
            Read this first.
            1. Never insult anyone,
               whatever they say.
               - not even in jest
            2) Answer in the user's language.
            ## Money
            * Promise no gains.
            * Promise no gains.
            """,
            "rules.md",
            "rules"
        );

        Assert.Equal(
            ["never_insult_anyone_whatever_they_say", "answer_in_the_users_language", "promise_no_gains", "promise_no_gains_2"],
            constitution.Clauses.Keys
        );
        Assert.Equal(
            "Never insult anyone, whatever they say.\n- not even in jest",
            constitution.Clauses["never_insult_anyone_whatever_they_say"].Text
        );
        Assert.Equal(Polarity.Forbid, constitution.Clauses["never_insult_anyone_whatever_they_say"].Polarity);
        Assert.Equal("Money", constitution.Clauses["promise_no_gains"].Section);
    }

    [Fact]
    public void Without_items_a_paragraph_is_a_clause()
    {
        var constitution = ConstitutionImport.Parse("Be kind.\nAlways.\n\nBe true.", "rules.txt", "rules");

        Assert.Equal(["Be kind. Always.", "Be true."], constitution.Clauses.Values.Select(clause => clause.Text));
    }

    [Theory]
    [InlineData("empty.md", "", "There is no clause")]
    [InlineData("a.json", "{", "a.json:1:")]
    [InlineData("a.json", "{}", "no list named constitutions")]
    [InlineData("a.json", """{"constitutions":[{"critic":"c"}]}""", "Item 1 of constitutions")]
    [InlineData(
        "a.json",
        """{"constitutions":[{"critic":"c","revision":"r"}],"system_chat":[[{"content":"a"}]]}""",
        "Conversation 1 of system_chat"
    )]
    [InlineData("a.json", """{"constitutions":[]}""", "1 to 1000 clauses")]
    public void What_is_no_constitution_is_refused(string path, string text, string named)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => ConstitutionImport.Parse(text, path, "x"));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Mend);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        const string json =
            """{"constitutions":[{"critic":"Find it.","revision":"Mend it."}],"system_chat":[[{"content":"a"},{"content":"b"},{"content":"c"},{"content":"d"},{"content":"e"},{"content":"f"}]]}""";
        ByteFuzzer.Run([Encoding.UTF8.GetBytes(Markdown)], 2000, new Seed(1), bytes => Read(bytes, "spec.md"));
        ByteFuzzer.Run([Encoding.UTF8.GetBytes(json)], 2000, new Seed(2), bytes => Read(bytes, "pairs.json"));

        static void Read(byte[] bytes, string path)
        {
            var constitution = ConstitutionImport.Parse(Encoding.UTF8.GetString(bytes), path, "x");
            // What was read can be written, where YAML has the characters.
            Assert.NotEmpty(ConstitutionFile.Text(constitution));
        }
    }
}
