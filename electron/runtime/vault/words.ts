// The words that a passphrase is drawn from: 1,024 common ones, ten bits each, none twice.

export const words: readonly string[] = `
able acid actor adapt admit adobe adult agent agile alarm album alert alley alpha amber amend ample angle ankle apple
apron arch arena argue armor aspen atlas audio august autumn avenue award axis bacon badge bagel ballad bamboo banana
banner barber barge barley barn barrel basil basin basket bath beach bead bean beard beast beaver belt bench berry
bicycle bike biscuit bison blade blank blaze blend bloom blossom blue board boat bolt bonus book border bottle bowl
brain branch brass brave bread breeze brick bridge bright brisk bronze broom brown brush bucket budget buffalo bugle
bundle burrow butter button cabbage cabin cable cactus cake camel camera camp canal candle candy canoe canvas cape
caramel carbon card cargo carpet carrot cart carve castle cat cause cave cedar celery cellar cement census cereal
chain chair chance chapel charm chart cheek cheese cherry chess chest chief chimney chin choir chorus cider cinema
circle city civic clam clarify class clay clean clerk clever climb clinic clock cloth cloud clover club coach coast
cobalt cocoa coin collar colony comb comet comic compass concert cone copper coral corner cosmic cotton couch courage
cousin cover coyote cradle craft crane crater crayon cream crest cricket crisp crop crow crown crumb crystal cube cup
curtain curve cushion custom cycle daisy dance dawn deck denim depot dew diagram dial diary dice diesel dinner dish
dock doctor dog dolphin domain donkey door dove dozen draft dragon drama drawer dream dress drift drill drum duck dune
dusk dust eagle early earth easel east echo edge eel effort eight elbow elder elephant elm ember emerald engine enjoy
errand essay estate evening exhibit fabric face factor falcon family famous fan fashion feather fence fern ferry fiber
fiddle field fig figure film final finch finger fire fish five flag flame flannel flask flavor fleet flint float flock
floor flour flower flute foam focus fog folder forest fork fossil fountain four fox frame fresh friend frog frost
fruit fudge future galaxy gallery garage garden garlic gate gather gem genius gentle giant ginger giraffe glacier glad
glass globe glory glove glow goal goat gold good goose gorilla gospel grain grand granite graph grass gravel green
grid grill guard guest guide gulf hair half hall hammer hamster hand handle happy harbor harp harvest hat haven hawk
hazel heart heavy hedge helmet herb hero heron hiking hill hinge hobby hockey holiday hollow hood hook horizon horn
hotel hour house humble humor hundred hurdle ice icon idea igloo image impact inch index indigo inlet input iron
island item ivory ivy jade jaguar jam jar jasmine jazz jelly jigsaw job join journal judge juice jumbo jungle juniper
kettle key kind kingdom kitchen kiwi knee knight knot koala label lace ladder lagoon lake lamp land lantern large
latch laundry lava lawn layer league leather lecture legend lemon lens lesson letter level lever library light lilac
lily lime linen list lizard llama lobby local lodge logic long lotus lucky lumber lunch lyric machine magic magnet
magpie mango mantle maple march margin market mask mason master match maze meadow medal melody melon member memory
menu mercury metal meteor metro middle mild mill mimosa mineral minor mint minute mirror mist mitten mixer mobile
model modern moment monday money month moon moose morning mosaic moss motion motor mountain mouse movie mule muscle
museum music mustard napkin nation native nature navy neat nectar needle neon nephew nest network nickel nimble nine
noble noise noodle normal north novel number nurse nutmeg oak oasis object ocean octave office olive omega onion opal
open opera orange orbit orchard order organ orient origin ostrich otter outfit oval oven owl oxygen oyster pace page
paint palace panda panel panther parade parcel park parrot partner pasta pastry path pavement peanut pearl pebble
pedal pelican pen pencil penguin people pepper perfect period petal phone photo piano picnic pigeon pillow pilot pine
pink pioneer pipe pitch pizza place plain planet plank plate plaza plot pocket poem poet polar polish pond pony poppy
porch portal postcard potato pottery powder prairie present pretty price prince prism prize profit prose proud pulp
pump pumpkin pupil puppet purple puzzle pyramid quail quality quartz queen quest quick quiet quill quilt quiz rabbit
raccoon radar radio radish raft rain ranch range rapid raven razor ready rebel recipe record reef region relief remedy
rent report rescue resort result reward ribbon rice ridge ring ripple river road robin robot rocket roller roof room
root rose rotate round route royal ruby rugby ruler rumor runner rural saddle saffron sage sail salad sample sand
sapphire satin sauce saucer scale scarf scene scenic school science scooter scout scroll season seat second secret
seed seven shade shadow shape share shark shelf shell shelter sherbet shine ship shirt shoe shore short shovel shrimp
sierra signal silent silk silver simple single siren sister six sketch ski skill skirt sky slate sleeve slice slope
smart smile smoke snack snail snow soap soccer social sock soda sofa soft solar solid sonar song sonnet soup south
space sparrow spice spider spinach spiral splash sponge spoon sport spring sprout spruce square squash squirrel stable
stadium staff stage stamp star station statue steam steel stem step stereo stick stool storm stove straw stream street
string studio subway sugar suit summer summit sun sunset supper surf swallow swan sweater swift swing switch syrup
system table talent tango tape target tavern taxi tea team temple ten tennis tent terrace texture theater theory
thistle throne thumb thunder tide tiger tile timber time tinsel toast today tomato tone tool topaz torch tornado tower
town trade trail travel tray treat tree trend triangle tribe trick trolley trophy tropic trout truck trumpet trunk
trust tulip tuna tundra tunnel turbo turkey turnip turtle tutor twelve twin two umbrella uncle unicorn uniform union
unit upper urban useful valley value vanilla vapor vault vector velvet vendor venture verse vessel video view vine
vinegar violet violin visit vista vital vivid vocal voice volcano volume voyage wagon waist walnut walrus warm water
wave wax weasel weather wedge week welcome west whale wheat wheel whisper whistle white wind window wing winter wise
wolf wonder wood wool world wreath writer yarn year yellow yogurt young zebra zenith zero zigzag zinc zone
`
  .trim()
  .split(/\s+/);
